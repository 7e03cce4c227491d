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
     * @param warmUp for how long a case runs, at least once, before the rounds, if it is not slower: until a JVM has compiled what a case
     *     needs it costs several times as much
     * @param count of rounds
     * @param limit when this is likely to be exceeded by one more round, there is none, but there is always one
     * @param progress told what happens, a line at a time
     * @return by name of the case, in their order
     */
    public static Map<String, Samples> run(
            List<Case> cases, Duration warmUp, int count, Duration limit, Consumer<String> progress)
            throws IOException, InterruptedException {
        Map<String, Samples> results = new LinkedHashMap<>();
        long end = System.nanoTime() + limit.toNanos();
        for (Case each : cases) {
            progress.accept(line("warm-up", each, warmUp(each, warmUp.multipliedBy(each.warmUps()))));
        }
        long lastRound = 0;
        for (int round = 1; round == 1 || round <= count && System.nanoTime() + lastRound < end; round++) {
            long begun = System.nanoTime();
            for (Case each : cases) {
                Sample sample = measure(each);
                results.computeIfAbsent(each.name(), name -> new Samples()).add(sample);
                progress.accept(line("round " + round, each, sample));
            }
            lastRound = System.nanoTime() - begun;
        }
        return results;
    }

    /** Gives the last sample. */
    private static Sample warmUp(Case each, Duration duration) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Sample sample = measure(each);
        while (System.nanoTime() - begun < duration.toNanos()) {
            sample = measure(each);
        }
        return sample;
    }

    private static String line(String round, Case of, Sample sample) {
        return String.format(
                "%s  %-36s %8.1f MB/s %8.0f transfers/s %6.2f CPU s/GiB",
                round,
                of.name(),
                sample.outcome().megabytesPerSecond(),
                sample.outcome().transfersPerSecond(),
                sample.cpuPerGibibyte());
    }

    private static Sample measure(Case each) throws IOException, InterruptedException {
        try {
            return each.measure();
        } catch (IOException e) {
            throw new IOException(each.name() + ": " + e.getMessage(), e);
        }
    }
}
