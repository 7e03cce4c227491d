package im.netlib;

import com.google.protobuf.ByteString;
import io.netty.util.concurrent.EventExecutor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Matches answers of another server with requests. The token rides in {@code attach_data}, which a server returns unchanged, so
 * everything that a caller wants to remember stays in its closure. Thread-safe; futures complete on the link's event loop.
 */
public final class RequestCorrelator {
    private static final int TOKEN_LENGTH = Long.BYTES;

    private final EventExecutor timer;
    private final Duration timeout;
    private final int maxPending;
    private final AtomicLong tokens = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Map<Long, Pending<?>> pending = new ConcurrentHashMap<>();

    private record Pending<R>(Class<R> type, CompletableFuture<R> answer) {
        void complete(Object message) {
            answer.complete(type.cast(message));
        }
    }

    /** @param maxPending how many requests may wait for their answers; more fail at once */
    public RequestCorrelator(EventExecutor timer, Duration timeout, int maxPending) {
        this.timer = timer;
        this.timeout = timeout;
        this.maxPending = maxPending;
    }

    /**
     * Sends a request and gives the future of its answer, which fails with {@link TimeoutException}, {@link LinkLostException}, when
     * too many are waiting with {@link RejectedExecutionException}, and else with whatever kept it from being sent.
     *
     * @param send sends the request with this token in its {@code attach_data}
     */
    public <R> CompletableFuture<R> call(Class<R> answerType, Consumer<ByteString> send) {
        if (pending.size() >= maxPending) {
            refused.incrementAndGet();
            return CompletableFuture.failedFuture(
                    new RejectedExecutionException(maxPending + " requests wait for answers already"));
        }
        long token = tokens.incrementAndGet();
        CompletableFuture<R> answer = new CompletableFuture<>();
        pending.put(token, new Pending<>(answerType, answer));
        answer.whenComplete((result, failure) -> pending.remove(token));
        try {
            Future<?> expiry = timer.schedule(() -> expire(token), timeout.toMillis(), TimeUnit.MILLISECONDS);
            answer.whenComplete((result, failure) -> expiry.cancel(false));
            send.accept(ByteString.copyFrom(
                    ByteBuffer.allocate(TOKEN_LENGTH).putLong(token).flip()));
        } catch (RuntimeException | Error e) {
            // Also when there is no memory for one more frame: who asked must hear of it.
            answer.completeExceptionally(e);
        }
        return answer;
    }

    /** How many requests wait for their answers. */
    public int waiting() {
        return pending.size();
    }

    /** How many have failed because too many waited. */
    public long refused() {
        return refused.get();
    }

    private void expire(long token) {
        Pending<?> late = pending.get(token);
        if (late != null) {
            late.answer().completeExceptionally(new TimeoutException("no answer within " + timeout));
        }
    }

    /**
     * An answer came.
     *
     * @return false when nobody waits for it (any more)
     */
    public boolean complete(ByteString token, Object answer) {
        if (token.size() != TOKEN_LENGTH) {
            return false;
        }
        Pending<?> waiting = pending.get(token.asReadOnlyByteBuffer().getLong());
        if (waiting == null || !waiting.type().isInstance(answer)) {
            return false;
        }
        waiting.complete(answer);
        return true;
    }

    /** Fails everything that waits, in the order in which it was asked for: the link is gone. */
    public void failAll(String reason) {
        // A snapshot: who asks again because of the failure waits for the next connection.
        for (Pending<?> lost : new TreeMap<>(pending).values()) {
            lost.answer().completeExceptionally(new LinkLostException(reason));
        }
    }
}
