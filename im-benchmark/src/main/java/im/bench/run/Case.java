package im.bench.run;

import im.bench.server.ProcessCost;
import im.bench.wire.Outcome;
import java.io.IOException;
import java.util.Optional;

/**
 * Something to be measured.
 *
 * @param name unique among what is measured together
 * @param server whose cost counts, where it can be known
 * @param warmUps how many times as long as others it has to run until a JVM has compiled what it needs
 */
public record Case(String name, Optional<ProcessCost> server, Work work, int warmUps) {
    /** As many times as long those are warmed up that are slow to warm up. */
    public static final int SLOW = 5;

    Case(String name, Optional<ProcessCost> server, Work work) {
        this(name, server, work, 1);
    }

    /** For what goes through much code for few bytes. */
    public Case slowToWarmUp() {
        return new Case(name, server, work, SLOW);
    }

    /** Does it once. */
    public interface Work {
        Outcome run() throws IOException, InterruptedException;
    }

    /** Does it once, and looks at what the server needs for that. */
    Sample measure() throws IOException, InterruptedException {
        if (server.isEmpty()) {
            return new Sample(work.run(), Double.NaN, Double.NaN);
        }
        ProcessCost cost = server.get();
        cost.forgetPeak();
        long before = cost.cpu().toNanos();
        Outcome outcome = work.run();
        double gibibytes = (double) outcome.bytes() / (1 << 30);
        return new Sample(
                outcome,
                (cost.cpu().toNanos() - before) / 1e9 / gibibytes,
                cost.peakMemory().isPresent() ? (double) cost.peakMemory().getAsLong() / (1 << 20) : Double.NaN);
    }
}
