package im.file.transfer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes all uploads of this process together may have asked for and not yet written to the disk, and all relays may have read
 * ahead, which is what they can come to hold in memory. Thread-safe: the shards share it.
 */
public final class UploadBudget {
    private final long max;
    private final AtomicLong taken = new AtomicLong();

    public UploadBudget(long max) {
        this.max = max;
    }

    /** Takes what no upload can do without: one block. Here alone the budget may be exceeded. */
    void take(int bytes) {
        taken.addAndGet(bytes);
    }

    /**
     * Takes more, unless the upload would then hold more than is left for all others: so those that came first make room for those
     * that come later.
     *
     * @param held by this upload already
     */
    boolean tryTake(int bytes, long held) {
        long before;
        do {
            before = taken.get();
            if (held + bytes > max - before) {
                return false;
            }
        } while (!taken.compareAndSet(before, before + bytes));
        return true;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    public void meter(MeterRegistry meters) {
        Gauge.builder("im.transfers.buffered", this, UploadBudget::taken)
                .description("what uploads have asked for that is not on the disk yet, and what relays read ahead")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("im.transfers.buffered.max", () -> max)
                .description("how much that may be")
                .baseUnit("bytes")
                .register(meters);
    }

    /** How much is taken now. */
    public long taken() {
        return taken.get();
    }
}
