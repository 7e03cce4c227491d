package im.msg.domain;

/** A message will not be stored however often it is sent. Carries no stack trace. */
public final class MessageRefused extends Exception {
    public MessageRefused(String message) {
        super(message, null, false, false);
    }
}
