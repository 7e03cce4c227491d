package im.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.netlib.Tls;
import im.testkit.TestCertificates;
import im.testkit.TestCertificates.Pair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsSettingsTest {
    @TempDir
    static Path folder;

    private static Path ca;
    private static Pair pair;

    /** What is set below {@code tls}. */
    private final Map<String, String> keys = new HashMap<>();

    @BeforeAll
    static void makeCertificates() throws IOException {
        TestCertificates certificates = TestCertificates.in(folder);
        ca = certificates.ca();
        pair = certificates.forLoopback("server");
    }

    private Tls read(Function<Settings, Tls> reader) {
        Map<String, String> set = new HashMap<>();
        keys.forEach((key, value) -> set.put("test-server.tls." + key, value));
        return reader.apply(Settings.load(Optional.empty(), set).at("test-server"));
    }

    @Test
    void withoutFilesThereIsNoTls() {
        assertThat(read(TlsSettings::clientPorts).isOn()).isFalse();
        assertThat(read(TlsSettings::linkPort).isOn()).isFalse();
        assertThat(read(TlsSettings::links).isOn()).isFalse();
    }

    @Test
    void eachBlockSwitchesItsOwnConnectionsOn() {
        keys.put("client-ports.certificate", pair.certificate().toString());
        keys.put("client-ports.key", pair.key().toString());
        assertThat(read(TlsSettings::clientPorts).isOn()).isTrue();
        assertThat(read(TlsSettings::linkPort).isOn()).isFalse();

        keys.put("between-servers.certificate", pair.certificate().toString());
        keys.put("between-servers.key", pair.key().toString());
        keys.put("between-servers.ca", ca.toString());
        assertThat(read(TlsSettings::linkPort).isOn()).isTrue();
        assertThat(read(TlsSettings::links).isOn()).isTrue();
    }

    @Test
    void halfABlockIsRefused() {
        keys.put("client-ports.certificate", pair.certificate().toString());
        assertThatThrownBy(() -> read(TlsSettings::clientPorts))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("test-server.tls.client-ports.certificate and key belong together");

        keys.put("between-servers.certificate", pair.certificate().toString());
        keys.put("between-servers.key", pair.key().toString());
        assertThatThrownBy(() -> read(TlsSettings::links))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("test-server.tls.between-servers.ca belongs to certificate and key");
    }

    @Test
    void aFileThatDoesNotDoIsRefusedWithItsBlockAndTheReason() {
        keys.put("client-ports.certificate", folder.resolve("missing").toString());
        keys.put("client-ports.key", pair.key().toString());

        assertThatThrownBy(() -> read(TlsSettings::clientPorts))
                .isInstanceOf(BadConfiguration.class)
                .hasMessage("test-server.tls.client-ports: " + folder.resolve("missing") + " does not exist");
    }
}
