package im.file.records;

import im.file.records.Recorder.Answer;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import im.file.transfer.Records;
import im.file.transfer.ShardClock;
import im.file.transfer.TaskId;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored files that have not been recorded yet. Each is announced to one msg-server after the other until one has recorded it.
 * The store marks them durably, so none is forgotten: what is not in memory, because the server was restarted or because the
 * uploader has left, is read from there.
 */
public final class Outbox {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final int MAX_IN_FLIGHT = 64;
    /** Of those for which nobody waits. */
    private static final int MAX_WAITING = 1000;

    private static final int PAGE = 256;
    private static final int MAX_REFUSED = 10_000;

    private final FileStore store;
    private final Recorders recorders;
    private final ShardClock clock;
    private final Executor loop;
    private final RecordMeters meters;
    /** In the order in which they will be announced. */
    private final Map<TaskId, Entry> waiting = new LinkedHashMap<>();

    private final Map<TaskId, Entry> inFlight = new HashMap<>();
    /** Not to be announced again before the next start; more of them would be. */
    private final Set<TaskId> refused = new HashSet<>();

    /** Whether the store's marks are to be read from the first one on. */
    private boolean moreInStore = true;
    /** Where reading them goes on. */
    private Optional<TaskId> readUpTo = Optional.empty();

    private boolean reading;
    /** What was recorded while the store was reading: its marks may have been seen all the same. */
    private final Set<TaskId> recordedMeanwhile = new HashSet<>();

    private Runnable wakeUp = () -> {};
    private volatile int unrecorded;

    /** @param loop where all of this happens */
    public Outbox(FileStore store, Recorders recorders, ShardClock clock, Executor loop, MeterRegistry meters) {
        this.store = store;
        this.recorders = recorders;
        this.clock = clock;
        this.loop = loop;
        this.meters = new RecordMeters(meters, () -> unrecorded);
        // Others ask msg-servers too, and nothing else wakes what waits for the end of such a trial.
        recorders.onReport(this::announce);
    }

    private static final class Entry {
        final CommittedFile file;
        /** Nobody cancels this one: whoever waits has a future of his own. */
        final CompletableFuture<Void> recorded = new CompletableFuture<>();

        Optional<Recorder> preferred;
        /** How many want it to be announced until it is recorded; without any, the store's mark is enough. */
        int wantedBy;

        Entry(CommittedFile file, Optional<Recorder> preferred) {
            this.file = file;
            this.preferred = preferred;
        }

        TaskId id() {
            return file.task().id();
        }
    }

    /** A msg-server that can record is there. Thread-safe. */
    public void joined(Recorder recorder) {
        loop.execute(() -> {
            recorders.add(recorder);
            announce();
        });
    }

    /** It is gone. Thread-safe. */
    public void left(Recorder recorder) {
        loop.execute(() -> recorders.remove(recorder));
    }

    /** Records by way of this msg-server as long as it is there, and of any other one if it is not. */
    public Records preferring(Recorder recorder) {
        return file -> record(file, recorder);
    }

    private CompletableFuture<Void> record(CommittedFile file, Recorder preferred) {
        CompletableFuture<Void> recorded = new CompletableFuture<>();
        loop.execute(() -> add(file, preferred, recorded));
        return recorded;
    }

    private void add(CommittedFile file, Recorder preferred, CompletableFuture<Void> recorded) {
        TaskId id = file.task().id();
        // Known if its mark was read before the one who waits for it came, or if he has left and comes back.
        Entry known = waiting.getOrDefault(id, inFlight.get(id));
        Entry entry = known == null ? new Entry(file, Optional.of(preferred)) : known;
        entry.wantedBy++;
        entry.recorded.whenComplete((nothing, failure) -> complete(recorded, failure));
        recorded.whenComplete((nothing, failure) -> {
            if (recorded.isCancelled()) {
                loop.execute(() -> waitsNoMore(entry));
            }
        });
        if (known == null) {
            waiting.put(id, entry);
            announce();
        }
    }

    private static void complete(CompletableFuture<Void> recorded, Throwable failure) {
        if (failure == null) {
            recorded.complete(null);
        } else {
            recorded.completeExceptionally(failure);
        }
    }

    /** Somebody who waited for it waits no more. */
    private void waitsNoMore(Entry entry) {
        entry.wantedBy--;
        if (entry.wantedBy == 0 && waiting.remove(entry.id(), entry)) {
            readStore();
        }
    }

    /** Announces a file for which nobody waits; not if too many wait already: whoever asks comes again. */
    void offer(CommittedFile file) {
        if (!knows(file.task().id()) && waiting.size() < MAX_WAITING) {
            Entry entry = new Entry(file, Optional.empty());
            entry.wantedBy++;
            waiting.put(entry.id(), entry);
            announce();
        }
    }

    /** Whether this file is about to be recorded, or never can be. */
    boolean knows(TaskId id) {
        return waiting.containsKey(id) || inFlight.containsKey(id) || refused.contains(id);
    }

    /** Looks for marks of which this server has not heard: others that share the store may have left them. */
    void readStore() {
        moreInStore = true;
        announce();
    }

    private void announce() {
        announceWhatCanBe();
        unrecorded = waiting.size() + inFlight.size();
    }

    private void announceWhatCanBe() {
        wakeUp.run();
        wakeUp = () -> {};
        Iterator<Entry> next = waiting.values().iterator();
        while (next.hasNext() && inFlight.size() < MAX_IN_FLIGHT) {
            Entry entry = next.next();
            Optional<Recorder> recorder = recorders.pick(entry.preferred);
            if (recorder.isEmpty()) {
                recorders.untilSomeoneIsAble().ifPresent(rest -> wakeUp = clock.after(rest, this::announce));
                return;
            }
            next.remove();
            announce(entry, recorder.get());
        }
        if (waiting.isEmpty()) {
            readMore();
        }
    }

    private void announce(Entry entry, Recorder recorder) {
        inFlight.put(entry.id(), entry);
        recorder.stored(entry.file)
                .whenComplete((answer, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        recorders.succeeded(recorder);
                        answered(entry, answer);
                    } else {
                        recorders.failed(recorder, failure);
                        meters.failed();
                        again(entry);
                    }
                    announce();
                }));
    }

    private void answered(Entry entry, Answer answer) {
        meters.answered(answer);
        if (answer == Answer.REFUSED) {
            inFlight.remove(entry.id());
            if (refused.size() < MAX_REFUSED) {
                refused.add(entry.id());
            }
            log.error(
                    "{}: stored, but the database refuses to record it: the file stays, and its receiver is not told",
                    entry.file.task());
            entry.recorded.completeExceptionally(new IOException("the database refuses to record it"));
            return;
        }
        log.info("{}: recorded{}", entry.file.task(), answer == Answer.GONE ? ", and gone already" : "");
        entry.recorded.complete(null);
        // Known as long as the mark is there, so that it is not read again.
        store.markRecorded(entry.id())
                .whenComplete((nothing, failure) -> loop.execute(() -> {
                    inFlight.remove(entry.id());
                    if (reading) {
                        recordedMeanwhile.add(entry.id());
                    }
                    if (failure != null) {
                        log.error("{}: cannot be marked as recorded, and will be announced again", entry.file, failure);
                    }
                    announce();
                }));
    }

    private void again(Entry entry) {
        inFlight.remove(entry.id());
        if (entry.wantedBy == 0) {
            moreInStore = true;
        } else {
            entry.preferred = Optional.empty();
            waiting.put(entry.id(), entry);
        }
    }

    /** Reads the next page of marks, after all of the one before have been announced. */
    private void readMore() {
        if (reading || readUpTo.isEmpty() && !moreInStore) {
            return;
        }
        if (readUpTo.isEmpty()) {
            moreInStore = false;
        }
        reading = true;
        store.unrecorded(readUpTo, PAGE)
                .whenComplete((page, failure) -> loop.execute(() -> {
                    reading = false;
                    if (failure == null) {
                        read(page);
                    } else {
                        log.error("cannot read which files are not recorded yet", failure);
                        moreInStore = true;
                    }
                    recordedMeanwhile.clear();
                }));
    }

    private void read(List<CommittedFile> page) {
        readUpTo = page.size() < PAGE
                ? Optional.empty()
                : Optional.of(page.get(page.size() - 1).task().id());
        page.stream()
                .filter(file -> !recordedMeanwhile.contains(file.task().id()))
                .forEach(this::offer);
        announce();
    }
}
