package im.server.http;

import java.util.Optional;

/**
 * What a client is answered.
 *
 * @param status as in RFC 9110
 * @param json the body, if there is one
 * @param allow the method that the path is for, where the status is 405
 */
public record HttpReply(int status, Optional<String> json, Optional<String> allow) {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;

    public static HttpReply ok(String json) {
        return of(OK, json);
    }

    public static HttpReply of(int status, String json) {
        return new HttpReply(status, Optional.of(json), Optional.empty());
    }

    public static HttpReply notFound() {
        return new HttpReply(NOT_FOUND, Optional.empty(), Optional.empty());
    }

    /** The path is there, but for this method. */
    public static HttpReply only(String method) {
        return new HttpReply(METHOD_NOT_ALLOWED, Optional.empty(), Optional.of(method));
    }
}
