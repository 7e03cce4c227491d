package im.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.netlib.Rates;
import im.netlib.TokenBucket.Rate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set in these tests stands in {@code reference.conf} of the test resources. */
class SettingsTest {
    private static final String SERVER = "test-server";

    @TempDir
    private Path folder;

    private static Settings defaults() {
        return Settings.load(Optional.empty(), Map.of()).at(SERVER);
    }

    private static Settings with(String key, String value) {
        return Settings.load(Optional.empty(), Map.of(SERVER + "." + key, value))
                .at(SERVER);
    }

    private Path file(String text) {
        try {
            return Files.writeString(folder.resolve("test-server.conf"), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Settings fromFile(String text) {
        return Settings.load(Optional.of(file(text)), Map.of()).at(SERVER);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            Settings settings, Consumer<Settings> read) {
        return assertThatThrownBy(() -> read.accept(settings)).isInstanceOf(BadConfiguration.class);
    }

    @Nested
    class Values {
        @Test
        void textIsRead() {
            assertThat(defaults().text("name")).isEqualTo("anna");
            assertThat(with("name", "berta").text("name")).isEqualTo("berta");
            assertThat(with("name", "7").text("name")).isEqualTo("7");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\t"})
        void textMustNotBeEmpty(String blank) {
            assertRefused(with("name", blank), s -> s.text("name")).hasMessageContaining("test-server.name");
        }

        @Test
        void optionalTextMayBeEmpty() {
            assertThat(defaults().optionalText("note")).isEmpty();
            assertThat(with("note", "x").optionalText("note")).contains("x");
        }

        @Test
        void aFlagIsTrueOrFalse() {
            assertThat(defaults().flag("strict")).isFalse();
            assertThat(with("strict", "true").flag("strict")).isTrue();
            assertRefused(with("strict", "perhaps"), s -> s.flag("strict"))
                    .hasMessageContaining("test-server.strict")
                    .hasMessageContaining("true or false");
        }

        @Test
        void aNumberIsReadWithinItsBounds() {
            assertThat(defaults().number("workers", 1, 10)).isEqualTo(4);
            assertThat(with("workers", "1").number("workers", 1, 10)).isEqualTo(1);
            assertThat(with("workers", "10").number("workers", 1, 10)).isEqualTo(10);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "11", "-1", "many", "", "1.5", "99999999999", "4 KiB"})
        void anyOtherNumberIsRefused(String value) {
            assertRefused(with("workers", value), s -> s.number("workers", 1, 10))
                    .hasMessageContaining("test-server.workers")
                    .hasMessageContaining("a number from 1 to 10")
                    .hasMessageContaining("--set");
        }

        @Test
        void aFractionInAFileIsNoNumberEither() {
            assertRefused(fromFile("test-server.workers = 1.5"), s -> s.number("workers", 1, 10));
        }

        @ParameterizedTest
        @CsvSource({"1, 1", "64, 64", "4 KiB, 4096", "4KiB, 4096", "4k, 4096", "2 MiB, 2097152", "3 kB, 3000", "10B, 10"
        })
        void aSizeIsReadInAnyUnit(String text, int bytes) {
            assertThat(with("buffer", text).bytes("buffer", 1, 4 << 20)).isEqualTo(bytes);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "5 MiB", "10 EiB", "4 apples", "", "99999999999999999999"})
        void anyOtherSizeIsRefused(String value) {
            assertRefused(with("buffer", value), s -> s.bytes("buffer", 1, 4 << 20))
                    .hasMessageContaining("test-server.buffer")
                    .hasMessageContaining("from 1 to 4194304 bytes");
        }

        @Test
        void ratesAreNumbersOrSizesOrUnlimited() {
            assertThat(defaults().rates("rate"))
                    .isEqualTo(new Rates(new Rate(10, Rate.UNLIMITED.atOnce()), new Rate(1024, 4096)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "many", ""})
        void anyOtherRateIsRefused(String value) {
            assertRefused(with("rate.requests", value), s -> s.rates("rate"))
                    .hasMessageContaining("test-server.rate.requests")
                    .hasMessageContaining("or unlimited");
        }

        @ParameterizedTest
        @CsvSource({
            "5s, PT5S",
            "200ms, PT0.2S",
            "2 minutes, PT2M",
            "1h, PT1H",
            "3d, PT72H",
            "1 ms, PT0.001S",
            "250, PT0.25S"
        })
        void aTimeIsReadInAnyUnit(String text, Duration time) {
            assertThat(with("idle", text).duration("idle")).isEqualTo(time);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0s", "0", "-1s", "soon", "", "5 apples"})
        void anyOtherTimeIsRefused(String value) {
            assertRefused(with("idle", value), s -> s.duration("idle")).hasMessageContaining("test-server.idle");
        }

        @ParameterizedTest
        @ValueSource(strings = {"999us", "1ns"})
        void aTimeThatRoundsToNothingIsRefused(String value) {
            assertRefused(with("idle", value), s -> s.duration("idle")).hasMessageContaining("test-server.idle");
        }

        @ParameterizedTest
        @ValueSource(strings = {"200000d", "9000000000000000ms"})
        void aTimeThatNoClockCanCountIsRefused(String value) {
            assertRefused(with("idle", value), s -> s.duration("idle")).hasMessageContaining("test-server.idle");
        }

        @Test
        void aPortMayBeZero() {
            assertThat(with("client.port", "0").port("client.port")).isZero();
            assertThat(with("client.port", "65535").port("client.port")).isEqualTo(65_535);
            assertRefused(with("client.port", "65536"), s -> s.port("client.port"));
        }

        @Test
        void aListenAddressIsMadeOfHostAndPort() {
            assertThat(defaults().listenAddress("client")).isEqualTo(new InetSocketAddress("127.0.0.1", 8000));
            assertThat(with("client.host", "0.0.0.0")
                            .listenAddress("client")
                            .getAddress()
                            .isAnyLocalAddress())
                    .isTrue();
            assertThat(with("client.host", "::1").listenAddress("client").isUnresolved())
                    .isFalse();
        }

        @Test
        void aListenAddressThatDoesNotExistIsRefused() {
            assertRefused(with("client.host", "does-not-exist.invalid"), s -> s.listenAddress("client"))
                    .hasMessageContaining("test-server.client.host")
                    .hasMessageContaining("does-not-exist.invalid");
        }

        @Test
        void aPathIsRead() {
            assertThat(defaults().path("folder")).isEqualTo(Path.of("data"));
            assertRefused(with("folder", ""), s -> s.path("folder"));
        }

        @Test
        void aPathThatCannotBeOneIsRefused() {
            assertRefused(with("folder", "a\0b"), s -> s.path("folder")).hasMessageContaining("test-server.folder");
        }

        @Test
        void aListIsReadAsAListOrAsOneTextWithCommas() {
            assertThat(defaults().list("names")).isEmpty();
            assertThat(fromFile("test-server.names = [anna, berta]").list("names"))
                    .containsExactly("anna", "berta");
            assertThat(with("names", "anna,berta").list("names")).containsExactly("anna", "berta");
            assertThat(with("names", "  anna ,\tberta,, carla, ").list("names"))
                    .containsExactly("anna", "berta", "carla");
            assertThat(with("names", "").list("names")).isEmpty();
            assertThat(with("names", " ").list("names")).isEmpty();
        }

        @Test
        void aListThatIsNoneIsRefused() {
            assertRefused(fromFile("test-server.names = [[anna]]"), s -> s.list("names"))
                    .hasMessageContaining("test-server.names");
            assertRefused(fromFile("test-server.names = null"), s -> s.list("names"))
                    .hasMessageContaining("test-server.names");
        }

        @Test
        void addressesAreReadAsAListOrAsOneTextWithCommas() {
            assertThat(defaults().addresses("peers"))
                    .containsExactly(HostAndPort.fromParts("a.example", 1), HostAndPort.fromParts("b.example", 2));
            assertThat(with("peers", "c.example:3, [::1]:4 ").addresses("peers"))
                    .containsExactly(HostAndPort.fromParts("c.example", 3), HostAndPort.fromParts("::1", 4));
            assertThat(with("peers", "").addresses("peers")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"c.example", "c.example:", ":3", "c.example:70000", "c.example:x", "a.example:1;b.example:2"
                })
        void anAddressThatIsNoneIsRefused(String value) {
            assertRefused(with("peers", value), s -> s.addresses("peers"))
                    .hasMessageContaining("test-server.peers")
                    .hasMessageContaining("host:port")
                    .hasMessageContaining(value);
        }

        @Test
        void whatIsSetNowhereIsRefused() {
            assertRefused(defaults(), s -> s.text("unset")).hasMessageContaining("test-server.unset is not set");
            assertRefused(defaults(), s -> s.text("forgotten"))
                    .hasMessageContaining("test-server.forgotten is not set");
            assertRefused(defaults(), s -> s.list("forgotten"))
                    .hasMessageContaining("test-server.forgotten is not set");
        }

        @Test
        void aValueWhereSettingsBelongIsRefusedSayingWhere() {
            assertRefused(fromFile("test-server.client = 5"), s -> s.listenAddress("client"))
                    .hasMessageContaining("test-server.client")
                    .hasMessageContaining("test-server.conf: 1");
        }

        @Test
        void settingsWhereAValueBelongsAreRefusedSayingWhere() {
            assertThatThrownBy(() -> fromFile("\ntest-server.workers { a = 5 }").number("workers", 1, 10))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("test-server.workers")
                    .hasMessageContaining("test-server.conf: 2");
        }
    }

    @Nested
    class Sources {
        private static final String PROPERTY = SERVER + ".workers";

        @AfterEach
        void forgetProperty() {
            System.clearProperty(PROPERTY);
            ConfigFactory.invalidateCaches();
        }

        private void setProperty(String value) {
            System.setProperty(PROPERTY, value);
            ConfigFactory.invalidateCaches();
        }

        private int workers(String file, Map<String, String> set) {
            return Settings.load(Optional.of(file(file)), set).at(SERVER).number("workers", 1, 100);
        }

        @Test
        void aFileIsStrongerThanTheReference() {
            assertThat(workers("test-server { workers = 5 }", Map.of())).isEqualTo(5);
            assertThat(workers("", Map.of())).isEqualTo(4);
        }

        @Test
        void aPropertyIsStrongerThanAFileAndSetIsStrongerThanAProperty() {
            setProperty("6");

            assertThat(workers("test-server.workers = 5", Map.of())).isEqualTo(6);
            assertThat(workers("test-server.workers = 5", Map.of(PROPERTY, "7")))
                    .isEqualTo(7);
        }

        @Test
        void aBadPropertyIsRefusedSayingWhere() {
            setProperty("many");

            assertThatThrownBy(() -> workers("", Map.of()))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("many")
                    .hasMessageContaining("system properties");
        }

        @Test
        void aBadValueInAFileIsRefusedWithFileAndLine() {
            assertRefused(fromFile("test-server {\n  workers = many\n}"), s -> s.number("workers", 1, 10))
                    .hasMessageContaining("test-server.workers is many")
                    .hasMessageContaining("test-server.conf: 2");
        }

        @Test
        void anUnknownKeyInAFileIsRefusedWithFileAndLine() {
            assertThatThrownBy(() -> fromFile("test-server {\n  workres = 5\n}"))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("unknown key test-server.workres")
                    .hasMessageContaining("test-server.conf: 2");
        }

        @ParameterizedTest
        @ValueSource(strings = {"workers = 5", "test-server.workers.x = 5", "tset-server.workers = 5"})
        void aKeyInTheWrongPlaceIsUnknown(String text) {
            assertThatThrownBy(() -> fromFile(text))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("unknown key");
        }

        @ParameterizedTest
        @ValueSource(strings = {"test-server.workres = null", "test-server.workres {}"})
        void anUnknownKeyWithoutAValueIsRefusedToo(String text) {
            assertThatThrownBy(() -> fromFile(text))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("unknown key test-server.workres");
        }

        @Test
        void anUnknownKeyOfTheCommandLineIsRefused() {
            assertThatThrownBy(() -> with("workres", "5"))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("unknown key test-server.workres")
                    .hasMessageContaining("--set");
        }

        @Test
        void aFileMayReferToItselfToTheReferenceAndToTheEnvironment() {
            Settings settings = fromFile("""
                    test-server {
                      name = ${test-server.folder}
                      workers = 9
                      client.port = ${test-server.workers}
                      note = ${?SURELY_NOT_IN_ANY_ENVIRONMENT}
                    }
                    """);

            assertThat(settings.text("name")).isEqualTo("data");
            assertThat(settings.port("client.port")).isEqualTo(9);
            assertThat(settings.optionalText("note")).isEmpty();
        }

        @Test
        void aFileMayChangeAPieceOfWhatItRefersTo() {
            Settings settings = fromFile("test-server { client = ${test-server.client} { port = 9 } }");

            assertThat(settings.listenAddress("client")).isEqualTo(new InetSocketAddress("127.0.0.1", 9));
        }

        @Test
        void anUnknownKeyIsFoundInAFileThatRefers() {
            assertThatThrownBy(() -> fromFile("test-server { name = ${test-server.folder}, workres = 1 }"))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("unknown key test-server.workres");
        }

        @Test
        void aReferenceToNothingIsRefusedSayingWhere() {
            assertThatThrownBy(() -> fromFile("test-server.name = ${nowhere}"))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("nowhere")
                    .hasMessageContaining("test-server.conf: 1");
        }

        @Test
        void aFileWithBrokenSyntaxIsRefusedSayingWhere() {
            assertThatThrownBy(() -> fromFile("test-server {\n  workers = [\n"))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining("test-server.conf");
        }

        @Test
        void aFileThatIsNotThereIsRefusedByName() {
            Path missing = folder.resolve("missing.conf");

            assertThatThrownBy(() -> Settings.load(Optional.of(missing), Map.of()))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining(missing.toString());
        }

        @Test
        void aFolderIsNoFile() {
            assertThatThrownBy(() -> Settings.load(Optional.of(folder), Map.of()))
                    .isInstanceOf(BadConfiguration.class)
                    .hasMessageContaining(folder.getFileName().toString());
        }
    }

    @Test
    void theEnvironmentMaySpeakToOtherServersToo() {
        Config environment = ConfigFactory.parseString("db-proxy.password = x, test-server.workers = 5");
        Config reference = ConfigFactory.parseString("test-server.workers = 4");
        assertThat(Settings.withoutOtherServers(environment, reference))
                .isEqualTo(ConfigFactory.parseString("test-server.workers = 5"));
    }

    @Test
    void whatTheEnvironmentSaysToNoServerStaysToBeRefused() {
        Config environment = ConfigFactory.parseString("file.server.require-token = true");
        Config reference = ConfigFactory.parseString("file-server.require-token = false");
        assertThat(Settings.withoutOtherServers(environment, reference)).isEqualTo(environment);
    }

    @Test
    void everyServerThatHasAFileOfSettingsIsOneOfTheServers() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../conf"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".conf"))
                            .map(name -> name.replace(".conf", "")))
                    .containsExactlyInAnyOrderElementsOf(Settings.SERVERS);
        }
    }
}
