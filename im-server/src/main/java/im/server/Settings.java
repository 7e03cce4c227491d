package im.server;

import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The settings of one server, read and checked one by one into its configuration record.
 *
 * <p>What counts, from strong to weak: {@code --set}, {@code -D}, environment variables as {@code
 * CONFIG_FORCE_msg__server_client_port} ({@code _} for a dot, {@code __} for a dash), the configuration file, {@code
 * reference.conf}. A key that no {@code reference.conf} has is refused, and so is a value that does not fit: by a {@link
 * BadConfiguration} that says where it was set.
 */
public final class Settings {
    private final Config config;
    private final String prefix;

    private Settings(Config config, String prefix) {
        this.config = config;
        this.prefix = prefix;
    }

    /**
     * @param file a HOCON file, or empty for none
     * @param overrides what {@code --set} gave, by full key
     */
    public static Settings load(Optional<Path> file, Map<String, String> overrides) {
        try {
            Config reference = ConfigFactory.parseResources(Settings.class.getClassLoader(), "reference.conf");
            Config set = ConfigFactory.parseMap(overrides, "--set");
            Config fromFile = file.map(Settings::parse).orElse(ConfigFactory.empty());
            Config environment = ConfigFactory.systemEnvironmentOverrides();
            refuseUnknown(set, reference);
            refuseUnknown(environment, reference);
            refuseUnknown(fromFile, reference);
            Config all = set.withFallback(ConfigFactory.systemProperties())
                    .withFallback(environment)
                    .withFallback(fromFile)
                    .withFallback(reference)
                    .resolve();
            return new Settings(all, "");
        } catch (ConfigException e) {
            throw new BadConfiguration(e.getMessage());
        }
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file)) {
            throw new BadConfiguration("cannot read the configuration file " + file.toAbsolutePath());
        }
        return ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    private static void refuseUnknown(Config given, Config reference) {
        for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
            if (!reference.hasPathOrNull(entry.getKey())) {
                throw new BadConfiguration("unknown key " + entry.getKey() + " ("
                        + entry.getValue().origin().description() + ")");
            }
        }
    }

    /** The settings below a key, such as {@code file-server}. */
    public Settings at(String key) {
        return new Settings(config, prefix + key + ".");
    }

    /** Text that is not empty. */
    public String text(String key) {
        return read(key, config::getString, text -> !text.isBlank(), "some text");
    }

    /** Text, or nothing when it is empty. */
    public Optional<String> optionalText(String key) {
        return Optional.of(read(key, config::getString, text -> true, "text")).filter(text -> !text.isEmpty());
    }

    public int number(String key, int min, int max) {
        return read(key, config::getInt, n -> n >= min && n <= max, "a number from " + min + " to " + max);
    }

    /** A number of bytes; {@code 4 KiB} and the like are understood. */
    public int bytes(String key, int min, int max) {
        return Math.toIntExact(
                read(key, config::getBytes, n -> n >= min && n <= max, "a size from " + min + " to " + max + " bytes"));
    }

    /** A time longer than zero; {@code 5s}, {@code 200ms}, {@code 2 minutes} and the like are understood. */
    public Duration duration(String key) {
        return read(key, config::getDuration, d -> !d.isZero() && !d.isNegative(), "a time longer than zero");
    }

    /** A TCP port; 0 takes a free one. */
    public int port(String key) {
        return number(key, 0, 65_535);
    }

    /** The address to listen on, from {@code <key>.host} and {@code <key>.port}. */
    public InetSocketAddress listenAddress(String key) {
        String host = text(key + ".host");
        InetSocketAddress address = new InetSocketAddress(host, port(key + ".port"));
        if (address.isUnresolved()) {
            throw bad(key + ".host", "the name or number of an address of this machine");
        }
        return address;
    }

    public Path path(String key) {
        return Path.of(text(key));
    }

    /** Addresses with ports, as a list or as one text with commas. */
    public List<HostAndPort> addresses(String key) {
        return list(key).stream().map(text -> address(key, text)).collect(ImmutableList.toImmutableList());
    }

    /** Texts, as a list or as one text with commas. */
    public List<String> list(String key) {
        String path = prefix + key;
        try {
            return config.getValue(path).valueType() == ConfigValueType.LIST
                    ? config.getStringList(path)
                    : List.of(config.getString(path).split("\\s*,\\s*")).stream()
                            .filter(text -> !text.isEmpty())
                            .toList();
        } catch (ConfigException e) {
            throw bad(key, "a list of texts");
        }
    }

    private HostAndPort address(String key, String text) {
        try {
            HostAndPort address = HostAndPort.fromString(text);
            if (address.hasPort() && !address.getHost().isEmpty()) {
                return address;
            }
        } catch (IllegalArgumentException malformed) {
            // Said below, with the key.
        }
        throw bad(key, "addresses as host:port");
    }

    private <T> T read(String key, Function<String, T> getter, Predicate<T> fits, String wanted) {
        T value;
        try {
            value = getter.apply(prefix + key);
        } catch (ConfigException.Missing e) {
            throw new BadConfiguration(prefix + key + " is not set; want " + wanted);
        } catch (ConfigException e) {
            throw bad(key, wanted);
        }
        if (!fits.test(value)) {
            throw bad(key, wanted);
        }
        return value;
    }

    private BadConfiguration bad(String key, String wanted) {
        ConfigValue value = config.getValue(prefix + key);
        return new BadConfiguration(prefix + key + " is " + value.unwrapped() + " ("
                + value.origin().description() + "); want " + wanted);
    }
}
