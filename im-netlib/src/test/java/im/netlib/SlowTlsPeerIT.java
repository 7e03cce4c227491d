package im.netlib;

import im.testkit.TestCertificates;
import im.testkit.TestCertificates.Pair;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class SlowTlsPeerIT extends SlowPeerContract {
    @TempDir
    static Path folder;

    private static Path ca;
    private static Pair server;

    @BeforeAll
    static void makeCertificates() throws IOException {
        TestCertificates certificates = TestCertificates.in(folder);
        ca = certificates.ca();
        server = certificates.forLoopback("server");
    }

    @Override
    Tls tls() throws IOException {
        return Tls.forClientPort(new Tls.Identity(server.certificate(), server.key()), Duration.ofSeconds(20));
    }

    @Override
    Socket protect(Socket connected) throws IOException {
        SSLSocket peer = (SSLSocket) Tls.forHttpClient(Optional.of(ca))
                .getSocketFactory()
                .createSocket(connected, "127.0.0.1", connected.getPort(), true);
        peer.startHandshake();
        return peer;
    }
}
