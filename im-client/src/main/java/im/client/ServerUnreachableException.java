package im.client;

import com.google.common.net.HostAndPort;
import java.io.IOException;

/** The msg-server could not be connected to, or did not answer the login. */
public final class ServerUnreachableException extends IOException {
    private final HostAndPort server;

    public ServerUnreachableException(HostAndPort server, String message) {
        super(message);
        this.server = server;
    }

    public HostAndPort server() {
        return server;
    }
}
