package im.file.internal;

/** A msg-server cannot do now what it was asked for. Carries no stack trace. */
final class NotNow extends Exception {
    private static final long serialVersionUID = 1;

    NotNow(String message) {
        super(message, null, false, false);
    }
}
