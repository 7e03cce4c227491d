package im.server;

import im.netlib.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the block {@code tls} of a server, and the files that it names. All of these throw a {@link BadConfiguration} when a file does not do. */
public final class TlsSettings {
    private static final String CLIENT_PORTS = "tls.client-ports";
    private static final String BETWEEN_SERVERS = "tls.between-servers";
    private static final String HANDSHAKE_TIMEOUT = "tls.handshake-timeout";

    private TlsSettings() {}

    private interface Reader {
        Tls read() throws IOException;
    }

    /** For the ports that clients connect to. */
    public static Tls clientPorts(Settings server) {
        Optional<Tls.Identity> own = identity(server, CLIENT_PORTS);
        return own.isEmpty()
                ? Tls.none()
                : read(server, CLIENT_PORTS, () -> Tls.forClientPort(own.get(), server.duration(HANDSHAKE_TIMEOUT)));
    }

    /** For the port that other servers connect to. */
    public static Tls linkPort(Settings server) {
        Optional<Tls.Identity> own = identity(server, BETWEEN_SERVERS);
        return own.isEmpty()
                ? Tls.none()
                : read(
                        server,
                        BETWEEN_SERVERS,
                        () -> Tls.forLinkPort(own.get(), ca(server), server.duration(HANDSHAKE_TIMEOUT)));
    }

    /** For connections to other servers. */
    public static Tls links(Settings server) {
        Optional<Tls.Identity> own = identity(server, BETWEEN_SERVERS);
        return own.isEmpty() ? Tls.none() : read(server, BETWEEN_SERVERS, () -> Tls.forLinks(own.get(), ca(server)));
    }

    private static Optional<Tls.Identity> identity(Settings server, String block) {
        Optional<String> certificate = server.optionalText(block + ".certificate");
        Optional<String> key = server.optionalText(block + ".key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new BadConfiguration(server.fullKey(block)
                    + ".certificate and key belong together; one of them is empty. Set both, or none for no TLS");
        }
        if (block.equals(BETWEEN_SERVERS)
                && server.optionalText(block + ".ca").isPresent() != certificate.isPresent()) {
            throw new BadConfiguration(
                    server.fullKey(block)
                            + ".ca belongs to certificate and key: the CA that signed those of all servers. Set all three, or none for no TLS");
        }
        return certificate.map(file -> new Tls.Identity(Path.of(file), Path.of(key.orElseThrow())));
    }

    private static Path ca(Settings server) {
        return server.path(BETWEEN_SERVERS + ".ca");
    }

    private static Tls read(Settings server, String block, Reader reader) {
        try {
            return reader.read();
        } catch (IOException e) {
            throw new BadConfiguration(server.fullKey(block) + ": " + e.getMessage());
        }
    }
}
