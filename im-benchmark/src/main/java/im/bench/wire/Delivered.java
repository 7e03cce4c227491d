package im.bench.wire;

import org.HdrHistogram.Histogram;

/**
 * What a load of messages came to. Each was acknowledged to its sender, and each came to its receiver, once, with the id that follows.
 *
 * @param messages that were stored and delivered
 * @param times from when it was to be sent to its delivery, in nanoseconds
 */
public record Delivered(long messages, long nanos, Histogram times) {
    private static final double NANOS = 1e9;

    public double perSecond() {
        return messages / (nanos / NANOS);
    }
}
