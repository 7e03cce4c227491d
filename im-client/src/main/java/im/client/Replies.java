package im.client;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Matches replies with requests by sequence number, as clients do: a reply copies the request's. Event loop only, futures
 * complete there.
 */
final class Replies {
    private static final int LARGEST_SEQ = 0xffff;
    private static final int MAX_PENDING = 1024;

    private final EventLoop loop;
    private final Map<Integer, Pending<?>> pending = new HashMap<>();
    private int lastSeq;

    private record Pending<R>(Class<R> type, CompletableFuture<R> reply, Future<?> expiry) {
        void complete(Object message) {
            expiry.cancel(false);
            reply.complete(type.cast(message));
        }

        void fail(Exception why) {
            expiry.cancel(false);
            reply.completeExceptionally(why);
        }
    }

    Replies(EventLoop loop) {
        this.loop = loop;
    }

    /** A sequence number that no pending request has; never 0, which is for what nobody asked for. */
    int nextSeq() {
        do {
            lastSeq = lastSeq % LARGEST_SEQ + 1;
        } while (pending.containsKey(lastSeq));
        return lastSeq;
    }

    /** {@code reply} completes when {@link #complete} gets {@code seq}, or fails after the timeout. */
    <R> void expect(int seq, Class<R> type, CompletableFuture<R> reply, Duration timeout) {
        if (pending.size() >= MAX_PENDING) {
            reply.completeExceptionally(
                    new RejectedExecutionException(MAX_PENDING + " requests wait for their replies already"));
            return;
        }
        Future<?> expiry = loop.schedule(() -> expire(seq, timeout), timeout.toMillis(), TimeUnit.MILLISECONDS);
        pending.put(seq, new Pending<>(type, reply, expiry));
    }

    private void expire(int seq, Duration timeout) {
        Pending<?> late = pending.remove(seq);
        if (late != null) {
            late.fail(new TimeoutException("the msg-server has not answered within " + timeout.toMillis() + " ms"));
        }
    }

    /** A reply came. One that nobody waits for (any more) is ignored. */
    void complete(int seq, Object message) {
        Pending<?> waiting = pending.get(seq);
        if (waiting != null && waiting.type().isInstance(message)) {
            pending.remove(seq);
            waiting.complete(message);
        }
    }

    /** The connection is gone, and no reply will come. */
    void failAll(Exception why) {
        List<Pending<?>> lost = List.copyOf(pending.values());
        pending.clear();
        lost.forEach(request -> request.fail(why));
    }
}
