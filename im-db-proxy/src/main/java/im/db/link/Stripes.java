package im.db.link;

import com.google.common.base.Ticker;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * A fixed number of threads, each with a bounded queue of its own, for work that blocks. What has the same key runs on the
 * same thread, in the order in which it was accepted.
 *
 * <p>{@link #submit} never blocks and never throws. Thread-safe.
 */
public final class Stripes implements AutoCloseable {
    private final List<ThreadPoolExecutor> stripes = new ArrayList<>();
    private final Ticker ticker;
    private final Duration patience;
    private final Duration closeTimeout;
    private final LongAdder full = new LongAdder();
    private final LongAdder late = new LongAdder();

    /**
     * @param name of the threads
     * @param queueLength how much may wait for each thread; more is refused
     * @param patience what has waited longer is not begun any more: whoever asked has given up
     * @param closeTimeout how long {@link #close} lets the threads finish
     */
    public Stripes(String name, int count, int queueLength, Duration patience, Duration closeTimeout) {
        this(name, count, queueLength, patience, closeTimeout, Ticker.systemTicker());
    }

    Stripes(String name, int count, int queueLength, Duration patience, Duration closeTimeout, Ticker ticker) {
        this.ticker = ticker;
        this.patience = patience;
        this.closeTimeout = closeTimeout;
        for (int i = 0; i < count; i++) {
            stripes.add(stripe(name + "-" + i, queueLength));
        }
    }

    private static ThreadPoolExecutor stripe(String name, int queueLength) {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queueLength),
                task -> new Thread(task, name),
                new ThreadPoolExecutor.AbortPolicy());
    }

    /**
     * Runs the work later on the thread of this key.
     *
     * @return what the work returns or throws; {@link RejectedExecutionException} at once when too much waits already or this
     *     is closed, {@link TimeoutException} when its turn came too late. Completes on the stripe's thread.
     */
    public <T> CompletableFuture<T> submit(Object key, Callable<T> work) {
        return submit(stripe(key), new Task<>(work, latestStart()));
    }

    /**
     * As above, for a request that may be met together with others: those that wait right behind one another for the same work
     * are handed to it at once.
     */
    public <Q, A> CompletableFuture<A> submit(Object key, Together<Q, A> work, Q request) {
        ThreadPoolExecutor stripe = stripe(key);
        return submit(stripe, new Joined<>(work, request, latestStart(), stripe.getQueue()));
    }

    private <T> CompletableFuture<T> submit(ThreadPoolExecutor stripe, Task<T> task) {
        try {
            stripe.execute(task);
        } catch (RejectedExecutionException tooMany) {
            full.increment();
            task.giveUp(new RejectedExecutionException("too many requests wait for the database"));
        }
        return task.result;
    }

    private ThreadPoolExecutor stripe(Object key) {
        return stripes.get(Math.floorMod(spread(key.hashCode()), stripes.size()));
    }

    private long latestStart() {
        return ticker.read() + patience.toNanos();
    }

    /** Takes the upper bits into account too: ids often differ in a few lower ones only. */
    private static int spread(int hash) {
        return hash ^ (hash >>> 16);
    }

    /** How much waits, and how much was refused because too much did, or because it had waited for too long. */
    public void meter(MeterRegistry meters) {
        Gauge.builder("im.database.waiting", this, Stripes::waiting)
                .description("requests that wait for a thread")
                .register(meters);
        meterRefused(meters, "full", full);
        meterRefused(meters, "late", late);
    }

    private static void meterRefused(MeterRegistry meters, String why, LongAdder count) {
        FunctionCounter.builder("im.database.refused", count, LongAdder::sum)
                .description("requests that were refused")
                .tag("why", why)
                .register(meters);
    }

    private int waiting() {
        return stripes.stream().mapToInt(stripe -> stripe.getQueue().size()).sum();
    }

    private class Task<T> implements Runnable {
        final CompletableFuture<T> result = new CompletableFuture<>();
        private final Callable<T> work;
        private final long latestStart;

        Task(Callable<T> work, long latestStart) {
            this.work = work;
            this.latestStart = latestStart;
        }

        @Override
        public void run() {
            if (isInTime()) {
                try {
                    result.complete(work.call());
                } catch (Exception | AssertionError e) {
                    giveUp(e);
                }
            }
        }

        /** Has given up when it is not. */
        boolean isInTime() {
            if (ticker.read() - latestStart > 0) {
                late.increment();
                giveUp(new TimeoutException("waited too long for the database"));
                return false;
            }
            return true;
        }

        void giveUp(Throwable reason) {
            result.completeExceptionally(reason);
        }
    }

    private final class Joined<Q, A> extends Task<A> {
        private final Together<Q, A> work;
        private final Q request;
        private final Queue<Runnable> waiting;

        Joined(Together<Q, A> work, Q request, long latestStart, Queue<Runnable> waiting) {
            super(() -> work.one(request), latestStart);
            this.work = work;
            this.request = request;
            this.waiting = waiting;
        }

        @Override
        public void run() {
            List<Joined<Q, A>> all = withThoseRightBehind();
            List<Joined<Q, A>> inTime =
                    all.size() == 1 ? all : all.stream().filter(Task::isInTime).toList();
            if (inTime.size() == 1 || !runTogether(inTime)) {
                inTime.forEach(Joined::runAlone);
            }
        }

        private void runAlone() {
            super.run();
        }

        /** Nobody else takes anything off the queue, but for {@link Stripes#close} all of it at once. */
        @SuppressWarnings("unchecked")
        private List<Joined<Q, A>> withThoseRightBehind() {
            List<Joined<Q, A>> all = new ArrayList<>();
            all.add(this);
            while (all.size() < Together.MOST
                    && waiting.peek() instanceof Joined<?, ?> next
                    && next.work == work
                    && waiting.poll() != null) {
                all.add((Joined<Q, A>) next);
            }
            return all;
        }

        private boolean runTogether(List<Joined<Q, A>> all) {
            try {
                Optional<List<A>> answers =
                        work.several(all.stream().map(each -> each.request).toList());
                if (answers.isEmpty()) {
                    return false;
                }
                for (int i = 0; i < all.size(); i++) {
                    all.get(i).result.complete(answers.get().get(i));
                }
            } catch (Exception | AssertionError e) {
                all.forEach(each -> each.giveUp(e));
            }
            return true;
        }
    }

    /**
     * Accepts nothing more, and finishes what was accepted; what is not finished in time is interrupted, and what was not even
     * begun fails.
     */
    @Override
    public void close() {
        stripes.forEach(ThreadPoolExecutor::shutdown);
        long deadline = System.nanoTime() + closeTimeout.toNanos();
        try {
            for (ThreadPoolExecutor stripe : stripes) {
                stripe.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (ThreadPoolExecutor stripe : stripes) {
            stripe.shutdownNow().forEach(task -> ((Task<?>) task).giveUp(new RejectedExecutionException("stopped")));
        }
    }
}
