package im.server;

/** The configuration cannot be used. The message says which key, where it was set and what is wanted. */
public final class BadConfiguration extends RuntimeException {
    public BadConfiguration(String message) {
        super(message);
    }
}
