package im.bench.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for 127.0.0.1 that signed itself, made by the JDK's keytool for one run.
 *
 * @param certificate a PEM file; also what a client has to trust
 * @param key a PEM file
 */
public record Certificate(Path certificate, Path key) {
    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "bench";
    private static final int PATIENCE_SECONDS = 60;
    private static final int LINE_LENGTH = 64;

    /** @param folder gets the files */
    public static Certificate make(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("certificate.p12");
        Path log = folder.resolve("keytool.log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + ALIAS,
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD);
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!keytool.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            keytool.destroyForcibly();
            throw new IOException("keytool failed: " + Files.readString(log));
        }
        try {
            KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            return new Certificate(
                    write(
                            folder.resolve("certificate.pem"),
                            "CERTIFICATE",
                            made.getCertificate(ALIAS).getEncoded()),
                    write(
                            folder.resolve("key.pem"),
                            "PRIVATE KEY",
                            made.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("keytool made nothing of use: " + e.getMessage(), e);
        }
    }

    private static Path write(Path file, String what, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(LINE_LENGTH, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }
}
