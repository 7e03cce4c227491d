package im.bench.wire;

import com.google.common.base.Throwables;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/** Does many transfers, some at a time, until all are done or one has failed. */
final class Crowd {
    private static final long PATIENCE_SECONDS = 60;
    private static final long SLOWEST_BYTES_PER_SECOND = 4 << 20;
    private static final int DIGITS = 3;

    private final EventLoop loop;
    private final Plan plan;
    private final IntFunction<CompletableFuture<Void>> transfer;
    private final Histogram times = histogram();
    private final CompletableFuture<Void> all = new CompletableFuture<>();
    private int begun;
    private int done;

    private Crowd(EventLoop loop, Plan plan, IntFunction<CompletableFuture<Void>> transfer) {
        this.loop = loop;
        this.plan = plan;
        this.transfer = transfer;
    }

    static Histogram histogram() {
        return new Histogram(DIGITS);
    }

    /**
     * Does them all, and waits. Not on the event loop.
     *
     * @param transfer begins the transfer with this number; called on the event loop, where its future must complete too
     * @param blocks what those record of their blocks
     * @throws IOException when a transfer failed, or they take far too long
     */
    static Outcome run(EventLoop loop, Plan plan, Histogram blocks, IntFunction<CompletableFuture<Void>> transfer)
            throws IOException, InterruptedException {
        Crowd crowd = new Crowd(loop, plan, transfer);
        long start = System.nanoTime();
        loop.execute(crowd::begin);
        await(crowd.all, PATIENCE_SECONDS + plan.totalBytes() / SLOWEST_BYTES_PER_SECOND);
        return new Outcome(plan.totalBytes(), System.nanoTime() - start, blocks, crowd.times);
    }

    static <T> T await(CompletableFuture<T> future, long seconds) throws IOException, InterruptedException {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(Throwables.getRootCause(e).getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("it takes longer than " + seconds + " s", e);
        }
    }

    private void begin() {
        for (int i = 0; i < Math.min(plan.concurrency(), plan.count()); i++) {
            next();
        }
    }

    private void next() {
        if (begun == plan.count() || all.isDone()) {
            return;
        }
        long start = System.nanoTime();
        transfer.apply(begun++).whenComplete((nothing, failure) -> {
            if (failure != null) {
                all.completeExceptionally(failure);
                return;
            }
            times.recordValue(System.nanoTime() - start);
            done++;
            if (done == plan.count()) {
                all.complete(null);
            } else {
                // Not at once: the connections of the one that ended are still being closed.
                loop.execute(this::next);
            }
        });
    }
}
