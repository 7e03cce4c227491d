package im.server.http;

import java.util.concurrent.CompletableFuture;

/** What an HTTP port is for. */
public interface HttpAnswers {
    /** Called on the event loop of a connection, and must not block. The reply may come from any thread; one that fails is a bug. */
    CompletableFuture<HttpReply> answer(HttpCall call);
}
