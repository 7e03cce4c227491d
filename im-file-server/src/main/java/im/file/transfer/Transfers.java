package im.file.transfer;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tasks of one shard, by id. Tasks to which nothing happens expire. On the event loop of the shard. */
public final class Transfers {
    private static final Logger log = LoggerFactory.getLogger(Transfers.class);

    private final Map<TaskId, Transfer> byId = new HashMap<>();
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

    public int size() {
        return byId.size();
    }

    /** Ends what has been silent for too long. */
    public void expire() {
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
