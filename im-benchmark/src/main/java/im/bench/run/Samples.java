package im.bench.run;

import im.bench.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** What a case came to in all rounds. Figures are medians. */
public final class Samples {
    private static final double GIBI = 1 << 30;
    private static final double MICROS = 1e6;

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

    /** The same for each transfer, in microseconds. */
    public double cpuMicrosPerTransfer() {
        return median(sample -> sample.cpuPerGibibyte()
                * sample.outcome().bytes()
                / GIBI
                * MICROS
                / sample.outcome().transfers().getTotalCount());
    }

    /** The most that the server's memory ever was; NaN when unknown. */
    public double peakMebibytes() {
        return samples.stream().mapToDouble(Sample::peakMebibytes).max().orElse(Double.NaN);
    }

    /** How far the slowest and the fastest round are from their middle, as a part of the median. */
    public double spread() {
        return Ratio.of(samples.stream().mapToDouble(sample -> sample.outcome().megabytesPerSecond()))
                .spread();
    }

    /** Throughput as a part of another case's, round by round. */
    public Ratio throughputOver(Samples other) {
        return over(other, sample -> sample.outcome().megabytesPerSecond());
    }

    /** Processor time for each byte as a part of another case's, round by round. */
    public Ratio cpuOver(Samples other) {
        return over(other, Sample::cpuPerGibibyte);
    }

    private Ratio over(Samples other, ToDoubleFunction<Sample> figure) {
        return Ratio.of(IntStream.range(0, samples.size())
                .mapToDouble(round ->
                        figure.applyAsDouble(samples.get(round)) / figure.applyAsDouble(other.samples.get(round))));
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
        return Ratio.of(samples.stream().mapToDouble(figure)).median();
    }
}
