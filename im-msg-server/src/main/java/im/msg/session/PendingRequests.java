package im.msg.session;

import im.netlib.Connection;
import im.netlib.LimitsReached.Limit;
import im.netlib.ProtocolViolation;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of one client that wait for other servers. Event loop of the connection only. */
final class PendingRequests {
    private static final Logger log = LoggerFactory.getLogger(PendingRequests.class);

    private final Connection connection;
    private final int max;
    private int count;

    PendingRequests(Connection connection, int max) {
        this.connection = connection;
        this.max = max;
    }

    /** @throws ProtocolViolation when too many wait already: to be called before anything is asked for */
    void requireRoom() {
        if (count == max) {
            throw new ProtocolViolation(Limit.REQUESTS, max + " requests wait for their answers, and it sends more");
        }
    }

    /**
     * Brings an answer back to the connection's event loop. A handler that throws is a bug, which costs the client its connection
     * and nobody else anything.
     *
     * @param handler gets the answer or the failure, as from {@link CompletableFuture#whenComplete}
     */
    <T> void await(CompletableFuture<T> answer, BiConsumer<T, Throwable> handler) {
        count++;
        answer.whenCompleteAsync(
                (result, failure) -> {
                    count--;
                    try {
                        handler.accept(result, failure);
                    } catch (RuntimeException bug) {
                        log.error("{}: closed because of a bug", connection, bug);
                        connection.close("bug");
                    }
                },
                connection.loop());
    }
}
