package im.db.domain;

/** The storage does not answer, or not as it should. Asking again later may help. The message is one line for a log. */
public final class StorageFailure extends RuntimeException {
    public StorageFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
