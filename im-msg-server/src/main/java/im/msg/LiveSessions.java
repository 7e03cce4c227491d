package im.msg;

import im.msg.domain.OnlineClient;
import im.msg.domain.OnlineUsers;
import im.server.management.Telemetry;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Who is logged in here, for people. */
record LiveSessions(OnlineUsers online) implements Telemetry.View {
    private static final int MAX_LISTED = 200;
    /** More than any name has that was not made to be long. */
    private static final int MAX_NAME = 64;

    @Override
    public CompletableFuture<Map<String, Object>> now() {
        return CompletableFuture.completedFuture(Map.of(
                "count", online.count(),
                "sessions",
                        online.some(MAX_LISTED).stream()
                                .map(LiveSessions::describe)
                                .toList()));
    }

    private static Map<String, Object> describe(OnlineClient client) {
        String name = client.details().name();
        return Map.of(
                "user", Integer.toUnsignedLong(client.user().value()),
                "name", name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name,
                "client", client.kind().name().toLowerCase(Locale.ROOT),
                "since",
                        client.details().since().truncatedTo(ChronoUnit.SECONDS).toString(),
                "address", client.details().address().replaceFirst("^/", ""));
    }
}
