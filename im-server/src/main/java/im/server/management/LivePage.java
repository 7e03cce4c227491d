package im.server.management;

import com.google.common.io.Resources;
import im.server.http.Events;
import im.server.http.HttpReply;
import im.server.management.Telemetry.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The page on which people watch a server. Its script asks for events and makes a table of them. Nothing it shows is ever taken for HTML or a
 * script: the policy that comes with it allows its own two files and no others. Thread-safe.
 */
final class LivePage {
    private static final int MAX_LISTENERS = 8;
    private static final int UNAVAILABLE = 503;
    private static final Map<String, String> POLICY = Map.of(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'",
            "x-content-type-options",
            "nosniff",
            "referrer-policy",
            "no-referrer");

    private final HttpReply page = resource("text/html", "live.html");
    private final HttpReply script = resource("text/javascript", "live.js");
    private final HttpReply style = resource("text/css", "live.css");
    private final AtomicInteger listeners = new AtomicInteger();

    private static HttpReply resource(String type, String name) {
        try {
            String text = Resources.toString(Resources.getResource(LivePage.class, name), StandardCharsets.UTF_8);
            return HttpReply.text(type + "; charset=utf-8", text).with(POLICY);
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of this program", e);
        }
    }

    /** Empty when that is no path of the page. */
    Optional<HttpReply> answer(String path, View view) {
        return switch (path) {
            case "/" -> Optional.of(page);
            case "/live.js" -> Optional.of(script);
            case "/live.css" -> Optional.of(style);
            case "/events" -> Optional.of(listen(view));
            default -> Optional.empty();
        };
    }

    private HttpReply listen(View view) {
        if (listeners.incrementAndGet() > MAX_LISTENERS) {
            listeners.decrementAndGet();
            return HttpReply.of(UNAVAILABLE, Map.of("error", MAX_LISTENERS + " are watching already"));
        }
        return HttpReply.events(new Events() {
            @Override
            public CompletableFuture<Map<String, Object>> next() {
                return view.now();
            }

            @Override
            public void closed() {
                listeners.decrementAndGet();
            }
        });
    }

    /** How many are watching. */
    int listeners() {
        return listeners.get();
    }
}
