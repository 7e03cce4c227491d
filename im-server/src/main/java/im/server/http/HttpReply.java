package im.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a client is answered.
 *
 * @param status as in RFC 9110
 * @param headers besides those that follow from the rest
 * @param events follow instead of a body, if there are any
 */
public record HttpReply(int status, Optional<Body> body, Map<String, String> headers, Optional<Events> events) {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String JSON = "application/json; charset=utf-8";

    /** @param type the media type, with {@code charset=utf-8} */
    public record Body(String type, String text) {}

    private HttpReply(int status, Body body) {
        this(status, Optional.of(body), Map.of(), Optional.empty());
    }

    public static HttpReply ok(Map<String, ?> json) {
        return of(OK, json);
    }

    /** @param json as {@link Json#object} takes it */
    public static HttpReply of(int status, Map<String, ?> json) {
        return new HttpReply(status, new Body(JSON, Json.object(json)));
    }

    /** @param type the media type, with {@code charset=utf-8} */
    public static HttpReply text(String type, String text) {
        return new HttpReply(OK, new Body(type, text));
    }

    public static HttpReply notFound() {
        return new HttpReply(NOT_FOUND, Optional.empty(), Map.of(), Optional.empty());
    }

    /** What cannot be read as a request. */
    static HttpReply badRequest() {
        return new HttpReply(BAD_REQUEST, Optional.empty(), Map.of(), Optional.empty());
    }

    /** Whoever asks has asked too often, and may ask again after that time. */
    static HttpReply tooMany(Duration wait) {
        // In whole seconds, and never too early.
        long seconds = wait.plusSeconds(1).minusNanos(1).toSeconds();
        return of(TOO_MANY_REQUESTS, Map.of("error", "too many requests from this address"))
                .with(Map.of("retry-after", Long.toString(seconds)));
    }

    /** One event after the other, until the client leaves. */
    public static HttpReply events(Events events) {
        return new HttpReply(OK, Optional.empty(), Map.of(), Optional.of(events));
    }

    /** @param headers these as well */
    public HttpReply with(Map<String, String> headers) {
        return new HttpReply(status, body, headers, events);
    }

    /** The path is there, but for this method. */
    public static HttpReply only(String method) {
        return new HttpReply(METHOD_NOT_ALLOWED, Optional.empty(), Map.of("allow", method), Optional.empty());
    }
}
