package im.msg.domain;

import com.google.common.base.Throwables;
import im.msg.domain.OfflineFiles.Fate;
import im.netlib.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes to the records of offline files on their way to the database, those to one task one after another, in order. Clients get
 * no reply to theirs and never repeat them, so this does: each is tried until it is carried out, within limits. File-servers hear
 * what became of theirs and repeat them for as long as it takes, so each is tried once.
 *
 * <p>Thread-safe. The queue is in memory: what is in it when the server stops is lost, and said so in the log.
 */
public final class OfflineRecords implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OfflineRecords.class);

    /**
     * @param backoff between attempts
     * @param giveUpAfter how long one change is tried
     * @param unansweredRetries how often one is repeated that was sent and got no answer: the db-proxies of others carry it out and
     *     never answer
     * @param maxPending how many changes may wait; more are refused
     * @param closeTimeout how long {@link #close} waits for those that are pending
     */
    public record Patience(
            Backoff backoff, Duration giveUpAfter, int unansweredRetries, int maxPending, Duration closeTimeout) {}

    private final OfflineFiles files;
    private final Timer timer;
    private final Patience patience;
    private final RandomGenerator random;

    // Guarded by this.
    private final Map<TaskId, Queue<Change>> queues = new HashMap<>();
    private int pending;
    private boolean stopping;
    private boolean closed;

    public OfflineRecords(OfflineFiles files, Timer timer, Patience patience, RandomGenerator random) {
        this.files = files;
        this.timer = timer;
        this.patience = patience;
        this.random = random;
    }

    /** One change; its counters are guarded by the queue's lock. */
    private static final class Change {
        final TaskId task;
        final UserId to;
        final boolean deletes;
        final boolean repeated;
        final Supplier<CompletableFuture<Fate>> request;
        final long since;
        final CompletableFuture<Fate> done = new CompletableFuture<>();
        int failures;
        int unanswered;

        Change(
                TaskId task,
                UserId to,
                boolean deletes,
                boolean repeated,
                Supplier<CompletableFuture<Fate>> request,
                long since) {
            this.task = task;
            this.to = to;
            this.deletes = deletes;
            this.repeated = repeated;
            this.request = request;
            this.since = since;
        }

        @Override
        public String toString() {
            return "task " + task + ": " + (deletes ? "deletion" : "record");
        }
    }

    /** The future completes when the file is recorded, and fails when that was given up; that has been logged then. */
    public CompletableFuture<Fate> add(OfflineFile file) {
        return add(file, true);
    }

    /** As {@link #add}, for the end of a record. */
    public CompletableFuture<Fate> delete(TaskId task, UserId from, UserId to) {
        return delete(task, from, to, true);
    }

    /** As {@link #add}, for one who repeats it: the future fails when the first attempt does, as that of {@link OfflineFiles#add}. */
    public CompletableFuture<Fate> tryToAdd(OfflineFile file) {
        return add(file, false);
    }

    /** As {@link #tryToAdd}, for the end of a record. */
    public CompletableFuture<Fate> tryToDelete(TaskId task, UserId from, UserId to) {
        return delete(task, from, to, false);
    }

    private CompletableFuture<Fate> add(OfflineFile file, boolean repeated) {
        return enqueue(new Change(file.task(), file.to(), false, repeated, () -> files.add(file), timer.nanoTime()));
    }

    private CompletableFuture<Fate> delete(TaskId task, UserId from, UserId to, boolean repeated) {
        return enqueue(new Change(task, to, true, repeated, () -> files.delete(task, from, to), timer.nanoTime()));
    }

    /** The tasks that this receiver has deleted, and the database perhaps not yet. */
    public synchronized Set<TaskId> beingDeletedFor(UserId receiver) {
        return queues.values().stream()
                .flatMap(Queue::stream)
                .filter(change -> change.deletes && change.to.equals(receiver))
                .map(change -> change.task)
                .collect(Collectors.toSet());
    }

    private CompletableFuture<Fate> enqueue(Change change) {
        boolean first;
        synchronized (this) {
            if (stopping || pending == patience.maxPending()) {
                reportLoss(change, stopping ? "the server stops" : pending + " others wait already");
                return CompletableFuture.failedFuture(new RejectedExecutionException("the queue is full"));
            }
            pending++;
            Queue<Change> queue = queues.computeIfAbsent(change.task, task -> new ArrayDeque<>());
            queue.add(change);
            first = queue.size() == 1;
        }
        if (first) {
            attempt(change);
        }
        return change.done;
    }

    /** And then those behind it, one after the other and not one within the other: there may be thousands, all refused at once. */
    private void attempt(Change first) {
        Change change = first;
        while (change != null) {
            change = attemptOne(change);
        }
    }

    /** @return the next, if the outcome is there already */
    private Change attemptOne(Change change) {
        synchronized (this) {
            if (closed) {
                return null;
            }
        }
        CompletableFuture<Fate> outcome = change.request.get();
        if (outcome.isDone()) {
            return outcome.handle((fate, failure) -> attempted(change, fate, failure))
                    .join();
        }
        outcome.whenComplete((fate, failure) -> attempt(attempted(change, fate, failure)));
        return null;
    }

    /** @return the next that is to be attempted now, or null */
    private Change attempted(Change change, Fate fate, Throwable failure) {
        Change next;
        synchronized (this) {
            if (closed) {
                return null;
            }
            if (failure != null && change.repeated && retry(change, failure)) {
                return null;
            }
            next = removeAndGetNext(change);
        }
        if (failure == null) {
            log.info("{} done", change);
            change.done.complete(fate);
        } else {
            Throwable cause = Throwables.getRootCause(failure);
            if (cause instanceof RecordRefused) {
                log.warn("{} refused: {}", change, cause.getMessage());
            } else {
                reportLoss(change, change.failures + " attempts failed: " + cause);
            }
            change.done.completeExceptionally(cause);
        }
        return next;
    }

    private static void reportLoss(Change change, String why) {
        if (change.repeated) {
            log.error("{} lost: {}", change, why);
        } else {
            log.debug("{} not carried out: {}", change, why);
        }
    }

    /** @return false when there is no use in trying again */
    private boolean retry(Change change, Throwable failure) {
        Throwable cause = Throwables.getRootCause(failure);
        Duration delay = patience.backoff().delay(change.failures++, random);
        Duration age = Duration.ofNanos(timer.nanoTime() - change.since).plus(delay);
        if (cause instanceof TimeoutException) {
            change.unanswered++;
        }
        if (cause instanceof RecordRefused
                || age.compareTo(patience.giveUpAfter()) > 0
                || change.unanswered > patience.unansweredRetries()) {
            return false;
        }
        if (change.failures == 1) {
            log.warn("{} will be tried again: {}", change, cause.toString());
        }
        timer.after(delay, () -> attempt(change));
        return true;
    }

    private Change removeAndGetNext(Change change) {
        pending--;
        notifyAll();
        Queue<Change> queue = queues.get(change.task);
        queue.remove();
        if (queue.isEmpty()) {
            queues.remove(change.task);
        }
        return queue.peek();
    }

    /** Takes nothing new, waits for what is pending while links to the database are still up, and gives up the rest. */
    @Override
    public synchronized void close() {
        stopping = true;
        awaitPending();
        closed = true;
        queues.values().stream().flatMap(Queue::stream).forEach(change -> reportLoss(change, "the server stops"));
        queues.clear();
    }

    private void awaitPending() {
        long deadline = System.nanoTime() + patience.closeTimeout().toNanos();
        try {
            long left = patience.closeTimeout().toNanos();
            while (pending > 0 && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
