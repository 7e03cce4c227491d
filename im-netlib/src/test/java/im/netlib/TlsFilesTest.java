package im.netlib;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.testkit.TestCertificates;
import im.testkit.TestCertificates.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that do not do are refused at the start, by a sentence that says what to do. */
class TlsFilesTest {
    @TempDir
    static Path folder;

    private static TestCertificates certificates;
    private static Pair good;

    @BeforeAll
    static void makeCertificates() throws IOException {
        certificates = TestCertificates.in(folder);
        good = certificates.forLoopback("good");
    }

    private static Tls port(Path certificate, Path key) throws IOException {
        return Tls.forClientPort(new Tls.Identity(certificate, key), Duration.ofSeconds(10));
    }

    private static Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void filesThatAreNotThereAreNamed() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> port(missing, good.key()))
                .isInstanceOf(IOException.class)
                .hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> port(good.certificate(), missing)).hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> Tls.forClient(Optional.of(missing))).hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> Tls.forHttpClient(Optional.of(missing))).hasMessage(missing + " does not exist");
    }

    @Test
    void aFolderIsNoFile() {
        assertThatThrownBy(() -> port(folder, good.key()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws IOException {
        Pair other = certificates.forLoopback("other");

        assertThatThrownBy(() -> port(good.certificate(), other.key()))
                .hasMessageContaining(other.key() + " does not belong to the certificate in " + good.certificate());
    }

    @Test
    void anExpiredCertificateIsRefused() throws IOException {
        Pair old = certificates.expired("old");

        assertThatThrownBy(() -> port(old.certificate(), old.key()))
                .hasMessageStartingWith(old.certificate() + " has expired, on ");
    }

    @Test
    void aFileWithoutACertificateIsRefused() throws IOException {
        Path empty = file("empty", "");
        Path garbage = file("garbage", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");

        assertThatThrownBy(() -> port(empty, good.key())).hasMessageContaining(empty + " has no certificate");
        assertThatThrownBy(() -> port(garbage, good.key())).hasMessageContaining(garbage + " has no certificate");
        assertThatThrownBy(() -> Tls.forClient(Optional.of(good.key())))
                .hasMessageContaining(good.key() + " has no certificate");
    }

    @Test
    void aKeyInAnotherFormIsRefusedWithTheCommandThatChangesIt() throws IOException {
        Path locked =
                file("locked", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        Path old = file("old", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");

        assertThatThrownBy(() -> port(good.certificate(), locked))
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        assertThatThrownBy(() -> port(good.certificate(), old)).hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void aBrokenKeyIsRefused() throws IOException {
        Path broken = file("broken", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> port(good.certificate(), broken)).hasMessageContaining(broken + " has no EC key");
    }

    @Test
    void wordsAroundTheCertificatesAreLeftOut() throws IOException {
        Path wordy = file(
                "wordy",
                "Certificate:\n  Data: for people\n" + Files.readString(good.certificate()) + "and its CA:\n"
                        + Files.readString(certificates.ca()));

        assertThatCode(() -> port(wordy, good.key())).doesNotThrowAnyException();
    }
}
