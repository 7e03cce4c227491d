package im.msg.domain;

/** A file cannot be sent. The message says why and is meant for the sender. Carries no stack trace. */
public final class FileRefused extends Exception {
    public FileRefused(String message) {
        super(message, null, false, false);
    }
}
