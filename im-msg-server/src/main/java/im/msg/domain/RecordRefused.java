package im.msg.domain;

/** A record cannot be made or deleted, however often one asks. Carries no stack trace. */
public final class RecordRefused extends Exception {
    public RecordRefused(String message) {
        super(message, null, false, false);
    }
}
