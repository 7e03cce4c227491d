package im.netlib;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a PEM file. What it throws names the file, and says what to do. */
record PemFile(Path path, String text) {
    private static final int MAX_LENGTH = 1 << 20;
    private static final Pattern PKCS8_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

    static PemFile read(Path path) throws IOException {
        try {
            if (Files.size(path) <= MAX_LENGTH) {
                return new PemFile(path, Files.readString(path, StandardCharsets.ISO_8859_1));
            }
        } catch (NoSuchFileException e) {
            throw new IOException(path.toAbsolutePath() + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException(path.toAbsolutePath() + " may not be read by the user of this process", e);
        } catch (IOException e) {
            throw new IOException(path.toAbsolutePath() + " cannot be read: " + e.getMessage(), e);
        }
        throw new IOException(path.toAbsolutePath() + " is no PEM file: it has more than " + MAX_LENGTH + " bytes");
    }

    /** Without the text: it may be a key. */
    @Override
    public String toString() {
        return path.toString();
    }

    /** At least one, in their order. */
    List<X509Certificate> certificates() throws IOException {
        try {
            List<X509Certificate> all = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (all.isEmpty()) {
                throw new IOException(path + " has no certificate; want PEM, with BEGIN CERTIFICATE");
            }
            return all;
        } catch (CertificateException e) {
            throw new IOException(path + " has no certificate that can be read; want PEM, with BEGIN CERTIFICATE", e);
        }
    }

    /** @param algorithm of the certificate that the key is for */
    PrivateKey key(String algorithm) throws IOException {
        Matcher found = PKCS8_KEY.matcher(text);
        if (!found.find()) {
            throw new IOException(path + " has no key that can be read; want PKCS #8 without a password, with"
                    + " BEGIN PRIVATE KEY: 'openssl pkcs8 -topk8 -nocrypt -in FILE' makes it of others");
        }
        try {
            byte[] key = Base64.getMimeDecoder().decode(found.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    path + " has no " + algorithm + " key, which is what the certificate is for: " + e.getMessage(), e);
        }
    }
}
