package im.testkit.fuzz;

import java.util.Random;

/**
 * Runs a test with many random inputs, the same ones in every run. Each case has a source of randomness of its own, which follows from
 * the seed and its number, so that one can be run again alone.
 *
 * <p>System properties: {@code im.fuzz.cases} is how many cases every test runs, {@code im.fuzz.seed} another seed, and
 * {@code im.fuzz.case} the only case to run.
 */
public final class FuzzCases {
    private static final long SEED = Long.getLong("im.fuzz.seed", 20_240_229L);
    private static final int ONLY = Integer.getInteger("im.fuzz.case", -1);

    private FuzzCases() {}

    /** One case. */
    @FunctionalInterface
    public interface Case {
        /** @param number counts from 0 */
        void run(Random random, int number) throws Exception;
    }

    /**
     * @param usually how many cases there are unless somebody wants more
     * @throws AssertionError with the seed and the number of the first case that fails
     */
    public static void run(int usually, Case body) {
        int first = Math.max(0, ONLY);
        int end = ONLY >= 0 ? ONLY + 1 : Integer.getInteger("im.fuzz.cases", usually);
        for (int number = first; number < end; number++) {
            try {
                body.run(new Random(SEED * 31 + number), number);
            } catch (Exception | Error e) {
                throw new AssertionError(
                        "case " + number + " fails; again with -Dim.fuzz.seed=" + SEED + " -Dim.fuzz.case=" + number
                                + ": " + e,
                        e);
            }
        }
    }
}
