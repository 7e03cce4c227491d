package im.msg.upstream;

/** Another server answered, but could not do what it was asked for. Carries no stack trace. */
final class RequestFailed extends Exception {
    RequestFailed(String message) {
        super(message, null, false, false);
    }
}
