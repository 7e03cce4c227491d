package im.file.records;

import im.file.records.Recorder.Ended;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import im.file.transfer.ShardClock;
import im.file.transfer.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through the store again and again. What nobody wants any more is deleted, after the database said so; what has expired too,
 * after the database knows; and what the database has never heard of is announced again, and never deleted.
 *
 * <p>It does the same however often it does it, so several servers that share a store may all have one.
 */
public final class Janitor {
    private static final Logger log = LoggerFactory.getLogger(Janitor.class);
    private static final int PAGE = 100;

    private final FileStore store;
    private final Recorders recorders;
    private final Outbox outbox;
    private final Duration every;
    private final InstantSource time;
    private final ShardClock clock;
    private final Executor loop;
    private final RandomGenerator random;
    /** Where this round has come to; the next one goes on there after a failure. */
    private Optional<TaskId> done = Optional.empty();

    /**
     * @param every about how long it rests after a round
     * @param loop where all of this happens
     */
    public Janitor(
            FileStore store,
            Recorders recorders,
            Outbox outbox,
            Duration every,
            InstantSource time,
            ShardClock clock,
            Executor loop,
            RandomGenerator random) {
        this.store = store;
        this.recorders = recorders;
        this.outbox = outbox;
        this.every = every;
        this.time = time;
        this.clock = clock;
        this.loop = loop;
        this.random = random;
    }

    /** Begins to rest. Thread-safe. */
    public void start() {
        loop.execute(this::rest);
    }

    /** Servers that were started together shall not all come at once. */
    private void rest() {
        long millis = every.toMillis();
        clock.after(Duration.ofMillis(millis / 2 + random.nextLong(millis + 1)), () -> {
            outbox.readStore();
            goOn();
        });
    }

    private void goOn() {
        store.list(done, PAGE)
                .whenComplete((page, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        tidy(page);
                    } else {
                        log.error("cannot read what is stored", failure);
                        rest();
                    }
                }));
    }

    private void tidy(List<CommittedFile> page) {
        Optional<Recorder> recorder = recorders.pick(Optional.empty());
        if (recorder.isEmpty()) {
            log.debug("no msg-server can say now what is still wanted");
            rest();
            return;
        }
        tidy(page, recorder.get())
                .whenComplete((nothing, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        recorders.succeeded(recorder.get());
                        tidied(page);
                    } else {
                        recorders.failed(recorder.get(), failure);
                        rest();
                    }
                }));
    }

    private CompletableFuture<Void> tidy(List<CommittedFile> page, Recorder recorder) {
        Instant now = time.instant();
        Map<Boolean, List<CommittedFile>> byExpiry = page.stream()
                .filter(file -> !outbox.knows(file.task().id()))
                .collect(Collectors.partitioningBy(file -> file.expiresAt().isAfter(now)));
        Stream<CompletableFuture<Void>> expired = byExpiry.get(false).stream()
                .map(file ->
                        recorder.expired(file).thenCompose(nothing -> delete(file, "nobody has fetched it in time")));
        List<CommittedFile> waiting = byExpiry.get(true);
        CompletableFuture<Void> ended = waiting.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : recorder.endedAmong(ids(waiting)).thenComposeAsync(answer -> end(waiting, answer), loop);
        return all(Stream.concat(expired, Stream.of(ended)));
    }

    private CompletableFuture<Void> end(List<CommittedFile> asked, Ended ended) {
        List<CommittedFile> unknown = among(asked, ended.unknown());
        if (!unknown.isEmpty()) {
            log.warn("{} stored files are unknown to the database and announced again", unknown.size());
            unknown.forEach(outbox::offer);
        }
        return all(among(asked, ended.gone()).stream().map(file -> delete(file, "nobody wants it any more")));
    }

    private CompletableFuture<Void> delete(CommittedFile file, String why) {
        return store.delete(file.task().id()).handle((nothing, failure) -> {
            if (failure == null) {
                log.info("{}: deleted: {}", file.task(), why);
            } else {
                log.error("{}: cannot be deleted though {}", file.task(), why, failure);
            }
            return null;
        });
    }

    private void tidied(List<CommittedFile> page) {
        if (page.size() == PAGE) {
            done = Optional.of(page.get(PAGE - 1).task().id());
            goOn();
        } else {
            done = Optional.empty();
            rest();
        }
    }

    private static List<CommittedFile> among(List<CommittedFile> files, Set<TaskId> ids) {
        return files.stream().filter(file -> ids.contains(file.task().id())).toList();
    }

    private static CompletableFuture<Void> all(Stream<CompletableFuture<Void>> all) {
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
    }

    private static List<TaskId> ids(List<CommittedFile> files) {
        return files.stream().map(file -> file.task().id()).toList();
    }
}
