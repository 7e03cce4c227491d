package im.msg.http;

/** What is asked for may not be; asking again will not help. Carries no stack trace. */
final class QueryRefused extends Exception {
    QueryRefused(String message) {
        super(message, null, false, false);
    }
}
