package im.server.http;

import java.util.Map;
import java.util.Optional;

/**
 * What a client is answered.
 *
 * @param status as in RFC 9110
 * @param allow the method that the path is for, where the status is 405
 */
public record HttpReply(int status, Optional<Body> body, Optional<String> allow) {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final String JSON = "application/json; charset=utf-8";

    /** @param type the media type, with {@code charset=utf-8} */
    public record Body(String type, String text) {}

    public static HttpReply ok(Map<String, ?> json) {
        return of(OK, json);
    }

    /** @param json as {@link Json#object} takes it */
    public static HttpReply of(int status, Map<String, ?> json) {
        return new HttpReply(status, Optional.of(new Body(JSON, Json.object(json))), Optional.empty());
    }

    /** @param type the media type, with {@code charset=utf-8} */
    public static HttpReply text(String type, String text) {
        return new HttpReply(OK, Optional.of(new Body(type, text)), Optional.empty());
    }

    public static HttpReply notFound() {
        return new HttpReply(NOT_FOUND, Optional.empty(), Optional.empty());
    }

    /** The path is there, but for this method. */
    public static HttpReply only(String method) {
        return new HttpReply(METHOD_NOT_ALLOWED, Optional.empty(), Optional.of(method));
    }
}
