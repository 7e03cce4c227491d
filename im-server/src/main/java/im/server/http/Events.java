package im.server.http;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What one client is told for as long as it stays, as server-sent events. All is called on the event loop of its connection. */
public interface Events {
    /**
     * The next event, as an object of {@link Json}. Asked for about once a second, and not while the client has not read what it was sent
     * before. Must not block; the event may come from any thread.
     */
    CompletableFuture<? extends Map<String, ?>> next();

    /** The client has gone. Called once. */
    void closed();
}
