package im.bench.run;

import im.bench.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** What a case came to in all rounds. Figures are medians. */
public final class Samples {
    private final List<Sample> samples = new ArrayList<>();

    void add(Sample sample) {
        samples.add(sample);
    }

    public double megabytesPerSecond() {
        return median(sample -> sample.outcome().megabytesPerSecond());
    }

    public double transfersPerSecond() {
        return median(sample -> sample.outcome().transfersPerSecond());
    }

    /** Seconds of the server's processor time; NaN when unknown. */
    public double cpuPerGibibyte() {
        return median(Sample::cpuPerGibibyte);
    }

    /** The most that the server's memory ever was; NaN when unknown. */
    public double peakMebibytes() {
        return samples.stream().mapToDouble(Sample::peakMebibytes).max().orElse(Double.NaN);
    }

    /** How far apart the slowest and the fastest round are, as a part of the median. */
    public double spread() {
        double[] sorted = sorted(sample -> sample.outcome().megabytesPerSecond());
        return (sorted[sorted.length - 1] - sorted[0]) / megabytesPerSecond();
    }

    /** Round trips of blocks, of all rounds, in nanoseconds. */
    public Histogram blocks() {
        return sum(Outcome::blocks);
    }

    /** Whole transfers, of all rounds, in nanoseconds. */
    public Histogram transfers() {
        return sum(Outcome::transfers);
    }

    private Histogram sum(Function<Outcome, Histogram> which) {
        Histogram sum = new Histogram(3);
        samples.forEach(sample -> sum.add(which.apply(sample.outcome())));
        return sum;
    }

    private double median(ToDoubleFunction<Sample> figure) {
        double[] sorted = sorted(figure);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private double[] sorted(ToDoubleFunction<Sample> figure) {
        return samples.stream().mapToDouble(figure).sorted().toArray();
    }
}
