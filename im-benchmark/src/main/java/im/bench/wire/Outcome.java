package im.bench.wire;

import org.HdrHistogram.Histogram;

/**
 * What a load came to. Every byte was looked at and was right.
 *
 * @param blocks round trips of blocks, in nanoseconds; empty where the client does not ask
 * @param transfers whole transfers, in nanoseconds
 */
public record Outcome(long bytes, long nanos, Histogram blocks, Histogram transfers) {
    private static final double NANOS = 1e9;
    private static final double MEGA = 1e6;

    public double seconds() {
        return nanos / NANOS;
    }

    /** Millions of bytes a second. */
    public double megabytesPerSecond() {
        return bytes / MEGA / seconds();
    }

    public double transfersPerSecond() {
        return transfers.getTotalCount() / seconds();
    }
}
