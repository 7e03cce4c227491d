package im.msg.http;

/** A request cannot be understood; the message says what about it. Carries no stack trace. */
final class BadQuery extends Exception {
    BadQuery(String message) {
        super(message, null, false, false);
    }
}
