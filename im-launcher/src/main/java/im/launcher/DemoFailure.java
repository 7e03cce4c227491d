package im.launcher;

/** The demo did not go as it must; the message says at which step. */
final class DemoFailure extends Exception {
    private static final long serialVersionUID = 1;

    DemoFailure(String message, Throwable cause) {
        super(message, cause);
    }

    DemoFailure(String message) {
        super(message);
    }
}
