package im.testkit.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import im.testkit.Eventually;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.Random;

/**
 * Runs a test with many random inputs, the same ones in every run. Each case has a source of randomness of its own, which follows from
 * the seed and its number, so that one can be run again alone. A case that does not end fails too, and shows where it is.
 *
 * <p>System properties: {@code im.fuzz.cases} is how many cases every test runs, {@code im.fuzz.seconds} for how long it goes on instead,
 * with a seed of its own each time, {@code im.fuzz.seed} another seed, and {@code im.fuzz.case} the only case to run.
 */
public final class FuzzCases {
    private static final Duration FOR = Duration.ofSeconds(Long.getLong("im.fuzz.seconds", 0));
    private static final long SEED = Long.getLong("im.fuzz.seed", FOR.isZero() ? 20_240_229L : System.nanoTime());
    private static final int ONLY = Integer.getInteger("im.fuzz.case", -1);
    /** Longer than any takes on a busy machine, waits of a minute for what does not come included. */
    private static final Duration LONGEST_CASE = Duration.ofMinutes(2);

    private FuzzCases() {}

    /** One case. */
    @FunctionalInterface
    public interface Case {
        /** @param number counts from 0 */
        void run(Random random, int number) throws Exception;
    }

    /**
     * Each case on a thread of its own.
     *
     * @param usually how many cases there are unless somebody wants more
     * @throws AssertionError with the seed and the number of the first case that fails
     */
    public static void run(int usually, Case body) {
        if (ONLY >= 0) {
            run(body, ONLY);
            return;
        }
        int cases = Integer.getInteger("im.fuzz.cases", usually);
        long since = System.nanoTime();
        for (int number = 0; FOR.isZero() ? number < cases : System.nanoTime() - since < FOR.toNanos(); number++) {
            run(body, number);
        }
    }

    /**
     * As {@link #run}, against servers that run in this JVM: none logs an error, and the memory that they have for buffers now is all that
     * they have in the end.
     */
    public static void runAgainstServers(int usually, Case body) {
        long memory = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
        try (LoggedErrors errors = new LoggedErrors()) {
            run(usually, (random, number) -> {
                body.run(random, number);
                errors.failIfAny();
            });
            Eventually.until("all memory is back", () -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() <= memory);
            errors.failIfAny();
        }
    }

    private static void run(Case body, int number) {
        try {
            assertTimeoutPreemptively(LONGEST_CASE, () -> body.run(new Random(SEED * 31 + number), number));
        } catch (Exception | Error e) {
            throw new AssertionError(
                    "case " + number + " fails; again with -Dim.fuzz.seed=" + SEED + " -Dim.fuzz.case=" + number + ": "
                            + e,
                    e);
        }
    }
}
