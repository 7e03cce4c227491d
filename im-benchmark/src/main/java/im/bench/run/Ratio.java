package im.bench.run;

import java.util.stream.DoubleStream;

/**
 * One figure of several rounds.
 *
 * @param median of them
 * @param spread half of the distance between the least and the greatest, as a part of the median
 */
public record Ratio(double median, double spread) {
    static Ratio of(DoubleStream rounds) {
        double[] sorted = rounds.sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Ratio(median, (sorted[sorted.length - 1] - sorted[0]) / 2 / median);
    }

    /** As a part of something that does not change. */
    public Ratio dividedBy(double fixed) {
        return new Ratio(median / fixed, spread);
    }
}
