package im.client;

import java.io.IOException;

/** Why a message is not known to be stored; the message says it to people. */
public final class MessageException extends IOException {
    public MessageException(String message) {
        super(message);
    }
}
