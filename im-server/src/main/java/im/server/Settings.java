package im.server;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import im.netlib.Rates;
import im.netlib.TokenBucket.Rate;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of one server, read and checked one by one into its configuration record.
 *
 * <p>What counts, from strong to weak: {@code --set}, {@code -D}, environment variables as {@code
 * CONFIG_FORCE_msg__server_client_port} ({@code _} for a dot, {@code __} for a dash), the configuration file, {@code
 * reference.conf}. A key that no {@code reference.conf} has is refused, and so is a value that does not fit: by a {@link BadConfiguration}
 * that says where it was set. What the environment says to a server that is not here is left out, and so is a {@code -D} below no server
 * that is here.
 */
public final class Settings {
    /** All there are, here or elsewhere. */
    static final Set<String> SERVERS = Set.of("db-proxy", "file-server", "login-server", "msg-server", "route-server");

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Splitter COMMAS = Splitter.on(',').trimResults().omitEmptyStrings();

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
            Config environment = withoutOtherServers(ConfigFactory.systemEnvironmentOverrides(), reference);
            Config properties = ConfigFactory.systemProperties();
            Config all = set.withFallback(properties)
                    .withFallback(environment)
                    .withFallback(fromFile)
                    .withFallback(reference)
                    .resolve();
            refuseUnknown(set.root(), "", reference);
            refuseUnknown(ours(properties, reference).root(), "", reference);
            refuseUnknown(environment.root(), "", reference);
            refuseUnknown(fromFile.resolveWith(all).root(), "", reference);
            return new Settings(all, "");
        } catch (ConfigException e) {
            throw new BadConfiguration(e.getMessage());
        }
    }

    /** Servers share an environment: what it says to others is no mistake here. */
    static Config withoutOtherServers(Config environment, Config reference) {
        return without(
                environment, name -> SERVERS.contains(name) && !reference.root().containsKey(name));
    }

    /** Most properties of a JVM are none of ours. */
    private static Config ours(Config properties, Config reference) {
        return without(properties, name -> !reference.root().containsKey(name));
    }

    /** @param omit is told the first part of a key */
    private static Config without(Config given, Predicate<String> omit) {
        ConfigObject kept = given.root();
        for (String name : given.root().keySet()) {
            if (omit.test(name)) {
                kept = kept.withoutKey(name);
            }
        }
        return kept.toConfig();
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file)) {
            throw new BadConfiguration("cannot read the configuration file " + file.toAbsolutePath());
        }
        return ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    private static void refuseUnknown(ConfigObject given, String prefix, Config reference) {
        given.forEach((name, value) -> {
            String key = prefix + ConfigUtil.joinPath(name);
            if (value instanceof ConfigObject inner && !inner.isEmpty()) {
                refuseUnknown(inner, key + ".", reference);
            } else if (!reference.hasPathOrNull(key)) {
                throw new BadConfiguration(
                        "unknown key " + key + " (" + value.origin().description() + ")");
            }
        });
    }

    /** The settings below a key, such as {@code file-server}. */
    public Settings at(String key) {
        return new Settings(config, prefix + key + ".");
    }

    /** What a key of these settings is called in a file. */
    String fullKey(String key) {
        return prefix + key;
    }

    /** Text that is not empty. */
    public String text(String key) {
        return read(key, config::getString, text -> !text.isBlank(), "some text");
    }

    /** Text, or nothing when it is empty. */
    public Optional<String> optionalText(String key) {
        return Optional.of(read(key, config::getString, text -> true, "text")).filter(text -> !text.isEmpty());
    }

    public boolean flag(String key) {
        return read(key, config::getBoolean, flag -> true, "true or false");
    }

    public int number(String key, int min, int max) {
        return read(key, this::wholeNumber, n -> n >= min && n <= max, "a number from " + min + " to " + max)
                .intValue();
    }

    private Long wholeNumber(String path) {
        Number number = config.getNumber(path);
        if (number.longValue() != number.doubleValue()) {
            throw new IllegalArgumentException("not a whole number");
        }
        return number.longValue();
    }

    /** A number of bytes; {@code 4 KiB} and the like are understood. */
    public int bytes(String key, int min, int max) {
        return Math.toIntExact(
                read(key, config::getBytes, n -> n >= min && n <= max, "a size from " + min + " to " + max + " bytes"));
    }

    /** A number of bytes as above, or {@code unlimited}, which is {@link Long#MAX_VALUE}. */
    public long bytesOrUnlimited(String key) {
        return read(
                key,
                path -> config.getString(path).equals("unlimited") ? Long.MAX_VALUE : config.getBytes(path),
                n -> n >= 0,
                "a size in bytes, or unlimited");
    }

    /** How fast a peer may send, from {@code requests} and {@code bytes} below the key, a second, and {@code …-at-once}; each may be unlimited. */
    public Rates rates(String key) {
        return new Rates(rate(key, "requests"), rate(key, "bytes"));
    }

    /** How fast something may come, from that key below the key, a second, and {@code …-at-once}; each may be unlimited. */
    public Rate rate(String key, String what) {
        return new Rate(positiveOrUnlimited(key + "." + what), positiveOrUnlimited(key + "." + what + "-at-once"));
    }

    private double positiveOrUnlimited(String key) {
        return read(
                key,
                path -> config.getString(path).equals("unlimited")
                        ? Rate.UNLIMITED.perSecond()
                        : config.getBytes(path).doubleValue(),
                n -> n >= 1,
                "a number or size from 1 up, or unlimited");
    }

    /** One of the constants, in lower case and with dashes. */
    public <E extends Enum<E>> E choice(String key, Class<E> type) {
        return read(
                key,
                path -> Enum.valueOf(
                        type, config.getString(path).toUpperCase(Locale.ROOT).replace('-', '_')),
                all -> true,
                Stream.of(type.getEnumConstants())
                        .map(one -> one.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(", ", "one of ", "")));
    }

    /** A time from 1 ms to 100 years; {@code 5s}, {@code 200ms}, {@code 2 minutes} and the like are understood. */
    public Duration duration(String key) {
        return read(
                key,
                config::getDuration,
                d -> d.compareTo(SHORTEST) >= 0 && d.compareTo(LONGEST) <= 0,
                "a time from 1 ms to 100 years, with its unit");
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
        return read(
                key,
                path -> Path.of(config.getString(path)),
                path -> !path.toString().isBlank(),
                "a path");
    }

    /** Addresses with ports, as a list or as one text with commas. */
    public List<HostAndPort> addresses(String key) {
        return read(
                key,
                path -> texts(path).stream().map(Settings::address).collect(ImmutableList.toImmutableList()),
                all -> true,
                "addresses as host:port");
    }

    private static HostAndPort address(String text) {
        HostAndPort address = HostAndPort.fromString(text);
        if (!address.hasPort() || address.getHost().isEmpty()) {
            throw new IllegalArgumentException("not host:port");
        }
        return address;
    }

    /** Texts, as a list or as one text with commas. */
    public List<String> list(String key) {
        return read(key, this::texts, all -> true, "a list of texts");
    }

    private List<String> texts(String path) {
        return config.getValue(path).valueType() == ConfigValueType.LIST
                ? config.getStringList(path)
                : COMMAS.splitToList(config.getString(path));
    }

    private <T> T read(String key, Function<String, T> getter, Predicate<T> fits, String wanted) {
        T value;
        try {
            value = getter.apply(prefix + key);
        } catch (ConfigException.Missing e) {
            throw new BadConfiguration(prefix + key + " is not set; want " + wanted);
        } catch (ConfigException | IllegalArgumentException e) {
            throw bad(key, wanted);
        }
        if (!fits.test(value)) {
            throw bad(key, wanted);
        }
        return value;
    }

    private BadConfiguration bad(String key, String wanted) {
        try {
            ConfigValue value = config.getValue(prefix + key);
            return new BadConfiguration(prefix + key + " is " + value.unwrapped() + " ("
                    + value.origin().description() + "); want " + wanted);
        } catch (ConfigException noSuchPlace) {
            return new BadConfiguration(noSuchPlace.getMessage() + "; want " + prefix + key + " to be " + wanted);
        }
    }
}
