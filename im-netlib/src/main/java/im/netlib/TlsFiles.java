package im.netlib;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The files of one side of TLS.
 *
 * @param listens whether this side is asked, or asks
 * @param own what this side shows; a side that listens has it
 * @param ca who signs what the other side shows; empty for a port that does not ask clients who they are, and for a client that
 *     trusts whom this machine trusts
 */
record TlsFiles(boolean listens, Optional<Tls.Identity> own, Optional<Path> ca) {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** What was in the files at one moment. Equal when nothing has changed. */
    record Contents(Optional<PemFile> certificate, Optional<PemFile> key, Optional<PemFile> ca) {
        @Override
        public String toString() {
            return certificate.or(() -> ca).map(PemFile::toString).orElse("no files");
        }
    }

    /** @throws IOException saying which file cannot be read */
    Contents read() throws IOException {
        return new Contents(
                own.isPresent() ? Optional.of(PemFile.read(own.get().certificate())) : Optional.empty(),
                own.isPresent() ? Optional.of(PemFile.read(own.get().key())) : Optional.empty(),
                ca.isPresent() ? Optional.of(PemFile.read(ca.get())) : Optional.empty());
    }

    /** @throws IOException saying what is wrong with which file */
    SslContext context(Contents contents) throws IOException {
        SslContextBuilder builder = listens ? forPort(contents) : forClient(contents);
        if (contents.ca().isPresent()) {
            builder.trustManager(contents.ca().get().certificates().toArray(X509Certificate[]::new));
        }
        return builder.sslProvider(provider()).protocols(PROTOCOLS).build();
    }

    static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    private static SslContextBuilder forPort(Contents contents) throws IOException {
        Shown shown = Shown.of(contents);
        return SslContextBuilder.forServer(shown.key(), shown.chain())
                .clientAuth(contents.ca().isPresent() ? ClientAuth.REQUIRE : ClientAuth.NONE);
    }

    private static SslContextBuilder forClient(Contents contents) throws IOException {
        // The certificate has to name the host that was dialled.
        SslContextBuilder builder = SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
        if (contents.certificate().isPresent()) {
            Shown shown = Shown.of(contents);
            builder.keyManager(shown.key(), shown.chain());
        }
        return builder;
    }

    /** A certificate, with those between it and its CA, and the key that belongs to it. */
    private record Shown(List<X509Certificate> certificates, PrivateKey key) {
        static Shown of(Contents contents) throws IOException {
            PemFile certificateFile = contents.certificate().orElseThrow();
            PemFile keyFile = contents.key().orElseThrow();
            List<X509Certificate> chain = certificateFile.certificates();
            X509Certificate own = chain.get(0);
            try {
                own.checkValidity();
            } catch (CertificateExpiredException e) {
                throw new IOException(
                        certificateFile.path() + " has expired, on "
                                + own.getNotAfter().toInstant(),
                        e);
            } catch (CertificateNotYetValidException e) {
                throw new IOException(
                        certificateFile.path() + " is not valid before "
                                + own.getNotBefore().toInstant() + ", or the clock of this machine is wrong",
                        e);
            }
            PrivateKey key = keyFile.key(own.getPublicKey().getAlgorithm());
            if (!belong(key, own.getPublicKey())) {
                throw new IOException(keyFile.path() + " does not belong to the certificate in "
                        + certificateFile.path() + " (if that has several, its own must be the first)");
            }
            return new Shown(chain, key);
        }

        X509Certificate[] chain() {
            return certificates.toArray(X509Certificate[]::new);
        }

        private static boolean belong(PrivateKey key, PublicKey certified) throws IOException {
            String algorithm = switch (certified.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                case "EdDSA" -> "EdDSA";
                default ->
                    throw new IOException(
                            "a certificate for a key of " + certified.getAlgorithm() + "; want RSA, EC or Ed25519");
            };
            byte[] something = {1, 2, 3};
            try {
                Signature signature = Signature.getInstance(algorithm);
                signature.initSign(key);
                signature.update(something);
                byte[] signed = signature.sign();
                signature.initVerify(certified);
                signature.update(something);
                return signature.verify(signed);
            } catch (GeneralSecurityException e) {
                return false;
            }
        }
    }
}
