package im.server.management;

import im.server.ServerVersion;
import im.server.http.HttpAnswers;
import im.server.http.HttpCall;
import im.server.http.HttpReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The pages of a {@link ManagementPort}. */
final class ManagementAnswers implements HttpAnswers {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    /** Longer than any thread of the traffic may be busy with one thing. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Telemetry telemetry;
    private final LivePage page;

    ManagementAnswers(Telemetry telemetry, LivePage page) {
        this.telemetry = telemetry;
        this.page = page;
    }

    @Override
    public CompletableFuture<HttpReply> answer(HttpCall call) {
        if (!call.method().equals("GET")) {
            return CompletableFuture.completedFuture(HttpReply.only("GET"));
        }
        return switch (call.path()) {
            case "/health/started" -> CompletableFuture.completedFuture(started());
            case "/health/live" -> live();
            case "/health/ready" -> CompletableFuture.completedFuture(ready());
            case "/metrics" -> CompletableFuture.completedFuture(HttpReply.text(PROMETHEUS, telemetry.scrape()));
            case "/version" ->
                CompletableFuture.completedFuture(HttpReply.of(OK, Map.of("version", ServerVersion.text())));
            default ->
                CompletableFuture.completedFuture(telemetry
                        .view()
                        .flatMap(view -> page.answer(call.path(), view))
                        .orElseGet(HttpReply::notFound));
        };
    }

    private HttpReply started() {
        return telemetry.hasStarted() ? status(OK, "started") : status(UNAVAILABLE, "starting");
    }

    private CompletableFuture<HttpReply> live() {
        return telemetry
                .stuckThreads(PATIENCE)
                .thenApply(stuck -> stuck == 0
                        ? status(OK, "live")
                        : HttpReply.of(UNAVAILABLE, Map.of("status", "stuck", "threads", stuck)));
    }

    private HttpReply ready() {
        List<String> missing = telemetry.missing();
        return missing.isEmpty()
                ? status(OK, "ready")
                : HttpReply.of(UNAVAILABLE, Map.of("status", "not ready", "missing", missing));
    }

    private static HttpReply status(int code, String status) {
        return HttpReply.of(code, Map.of("status", status));
    }
}
