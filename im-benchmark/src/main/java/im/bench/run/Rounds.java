package im.bench.run;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures several cases a few times over, in turns: what changes on the machine meanwhile then hits all of them, and their ratios
 * stay.
 */
public final class Rounds {
    private Rounds() {}

    /**
     * @param count of rounds that count; one before them warms up
     * @param limit when this is likely to be exceeded by one more round, there is none, but there is always one
     * @param progress told what happens, a line at a time
     * @return by name of the case, in their order
     */
    public static Map<String, Samples> run(List<Case> cases, int count, Duration limit, Consumer<String> progress)
            throws IOException, InterruptedException {
        Map<String, Samples> results = new LinkedHashMap<>();
        long end = System.nanoTime() + limit.toNanos();
        long lastRound = 0;
        for (int round = 0; round <= 1 || round <= count && System.nanoTime() + lastRound < end; round++) {
            long begun = System.nanoTime();
            for (Case each : cases) {
                Sample sample = measure(each);
                if (round > 0) {
                    results.computeIfAbsent(each.name(), name -> new Samples()).add(sample);
                }
                progress.accept(String.format(
                        "%s  %-36s %8.1f MB/s %8.0f transfers/s %6.2f CPU s/GiB",
                        round == 0 ? "warm-up" : "round " + round,
                        each.name(),
                        sample.outcome().megabytesPerSecond(),
                        sample.outcome().transfersPerSecond(),
                        sample.cpuPerGibibyte()));
            }
            lastRound = System.nanoTime() - begun;
        }
        return results;
    }

    private static Sample measure(Case each) throws IOException, InterruptedException {
        try {
            return each.measure();
        } catch (IOException e) {
            throw new IOException(each.name() + ": " + e.getMessage(), e);
        }
    }
}
