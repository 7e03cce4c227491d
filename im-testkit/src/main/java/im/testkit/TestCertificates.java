package im.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A CA of its own, and certificates that it signs, made by the JDK's keytool: PEM files in a folder. */
public final class TestCertificates {
    private static final String PASSWORD = "changeit";
    private static final int PATIENCE_SECONDS = 60;

    private final Path folder;
    private final Path store;

    /** The PEM files of a certificate and its key. */
    public record Pair(Path certificate, Path key) {}

    private TestCertificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("all.p12");
    }

    /** @param folder is made, and must not have one of these in it */
    public static TestCertificates in(Path folder) throws IOException {
        Files.createDirectories(folder);
        TestCertificates made = new TestCertificates(folder);
        made.generate("ca", "-ext", "bc:c", "-validity", "30");
        return made;
    }

    /** The certificate of the CA. */
    public Path ca() throws IOException {
        return pem("ca").certificate();
    }

    /** A certificate for 127.0.0.1 and localhost. */
    public Pair forLoopback(String name) throws IOException {
        return signed(name, "san=ip:127.0.0.1,dns:localhost", "-validity", "30");
    }

    /** A certificate for another host. */
    public Pair forHost(String name, String host) throws IOException {
        return signed(name, "san=dns:" + host, "-validity", "30");
    }

    /** A certificate for 127.0.0.1 that was good until yesterday. */
    public Pair expired(String name) throws IOException {
        return signed(name, "san=ip:127.0.0.1", "-startdate", "-9d", "-validity", "8");
    }

    /** A certificate for 127.0.0.1 that is good for so many days, of so many that it was. */
    public Pair expiring(String name, int days, int ofDays) throws IOException {
        return signed(
                name,
                "san=ip:127.0.0.1",
                "-startdate",
                "-" + (ofDays - days) + "d",
                "-validity",
                Integer.toString(ofDays));
    }

    private Pair signed(String name, String san, String... validity) throws IOException {
        List<String> options = new ArrayList<>(List.of("-signer", "ca", "-signerkeypass", PASSWORD, "-ext", san));
        options.addAll(List.of(validity));
        generate(name, options.toArray(String[]::new));
        return pem(name);
    }

    private void generate(String name, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-Xshare:auto",
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        command.addAll(List.of(options));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        try {
            if (!keytool.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new IOException("keytool failed: " + Files.readString(folder.resolve("keytool.log")));
            }
        } catch (InterruptedException e) {
            keytool.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Pair pem(String name) throws IOException {
        try {
            KeyStore all = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            // A server shows its own and those in between; who asks has the CA's.
            Certificate own = all.getCertificate(name);
            return new Pair(
                    write(name + ".crt", "CERTIFICATE", own.getEncoded()),
                    write(
                            name + ".key",
                            "PRIVATE KEY",
                            all.getKey(name, PASSWORD.toCharArray()).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private Path write(String file, String what, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }
}
