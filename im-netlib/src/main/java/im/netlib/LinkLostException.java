package im.netlib;

import java.io.IOException;

/** The connection to the other server was not there, or went away before the answer came. Carries no stack trace. */
public final class LinkLostException extends IOException {
    public LinkLostException(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
