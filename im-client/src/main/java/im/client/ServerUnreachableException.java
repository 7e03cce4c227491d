package im.client;

import java.io.IOException;

/** No msg-server could be connected to, or it did not answer the login. The message says which and why. */
public final class ServerUnreachableException extends IOException {
    private static final long serialVersionUID = 1;

    public ServerUnreachableException(String message) {
        super(message);
    }
}
