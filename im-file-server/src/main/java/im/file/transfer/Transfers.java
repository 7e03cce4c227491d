package im.file.transfer;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tasks of one shard, by id, and its downloads. Tasks to which nothing happens expire. On the event loop of the shard. */
public final class Transfers {
    private static final Logger log = LoggerFactory.getLogger(Transfers.class);

    private final Map<TaskId, Transfer> byId = new HashMap<>();
    private final Set<Download> downloads = new HashSet<>();
    private volatile Census census = new Census(Stream.empty());
    private final int max;
    private final long timeoutNanos;
    private final ShardClock clock;

    /**
     * @param max how many tasks there may be at once
     * @param timeout how long a task may be without a sign of life
     */
    public Transfers(int max, Duration timeout, ShardClock clock) {
        this.max = max;
        this.timeoutNanos = timeout.toNanos();
        this.clock = clock;
    }

    /** @return false when there are too many already */
    public boolean add(Transfer transfer) {
        if (byId.size() >= max) {
            return false;
        }
        byId.put(transfer.task().id(), transfer);
        return true;
    }

    public Optional<Transfer> find(TaskId id) {
        return Optional.ofNullable(byId.get(id));
    }

    public void remove(Transfer transfer) {
        byId.remove(transfer.task().id());
    }

    /** Counts among those that are under way until it is {@linkplain #ended over}. */
    public void began(Download download) {
        downloads.add(download);
    }

    public void ended(Download download) {
        downloads.remove(download);
    }

    /** How many there were of each kind when this was last looked at. Thread-safe. */
    public Census census() {
        return census;
    }

    /** Some of those under way, of which there may be more than {@code max}: what moves comes first. */
    public List<Ongoing> some(int max) {
        return Stream.concat(ongoing().filter(Transfers::moves), ongoing().filter(each -> !moves(each)))
                .limit(max)
                .toList();
    }

    private static boolean moves(Ongoing each) {
        return each.phase() != Phase.WAITING && each.phase() != Phase.ENDED;
    }

    /** How many tasks and downloads there are. */
    public int ongoingCount() {
        return byId.size() + downloads.size();
    }

    private Stream<Ongoing> ongoing() {
        return Stream.concat(byId.values().stream(), downloads.stream());
    }

    public int size() {
        return byId.size();
    }

    /** Ends what has been silent for too long, and counts what is left. */
    public void tick() {
        expire();
        census = new Census(ongoing());
    }

    private void expire() {
        long now = clock.nanoTime();
        List<Transfer> silent = byId.values().stream()
                .filter(transfer -> now - transfer.lastActivity() >= timeoutNanos)
                .toList();
        silent.forEach(Transfers::expire);
    }

    private static void expire(Transfer transfer) {
        try {
            transfer.expire();
        } catch (RuntimeException e) {
            log.error("{}: could not expire", transfer.task(), e);
        }
    }
}
