package im.bench.run;

import im.bench.wire.Delivered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** What messages came to in all rounds. Figures are medians, times are of all rounds together. */
public final class MessageSamples {
    private final List<Delivered> saturated = new ArrayList<>();
    private final List<Map<String, Double>> costs = new ArrayList<>();
    private final List<Delivered> half = new ArrayList<>();

    /** @param microsOfProcesses of processor time for each message, by process */
    void addSaturated(Delivered delivered, Map<String, Double> microsOfProcesses) {
        saturated.add(delivered);
        costs.add(microsOfProcesses);
    }

    void addHalf(Delivered delivered) {
        half.add(delivered);
    }

    public double saturatedPerSecond() {
        return perSecond(saturated).median();
    }

    /** How far the slowest and the fastest round are from their middle, as a part of the median. */
    public double spread() {
        return perSecond(saturated).spread();
    }

    /** From sending to delivery, in nanoseconds. */
    public Histogram saturatedTimes() {
        return times(saturated);
    }

    public double halfPerSecond() {
        return perSecond(half).median();
    }

    /** From when it was due to delivery, in nanoseconds. */
    public Histogram halfTimes() {
        return times(half);
    }

    /** Microseconds of processor time for each message of saturation, by process. */
    public Map<String, Double> costs() {
        Set<String> processes = costs.get(0).keySet();
        Map<String, Double> medians = new LinkedHashMap<>();
        processes.forEach(process -> medians.put(
                process,
                Ratio.of(costs.stream().mapToDouble(round -> round.get(process)))
                        .median()));
        return medians;
    }

    private static Ratio perSecond(List<Delivered> rounds) {
        return Ratio.of(rounds.stream().mapToDouble(Delivered::perSecond));
    }

    private static Histogram times(List<Delivered> rounds) {
        Histogram sum = new Histogram(3);
        rounds.forEach(round -> sum.add(round.times()));
        return sum;
    }
}
