package im.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Bounded waits for what no event tells a test about. From any thread. */
public final class Eventually {
    /** How long these waits take at most: longer than anything takes on a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

    private Eventually() {}

    /** @param <E> what looking can throw; it ends the wait */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }

    /**
     * Waits for it, {@link #PATIENCE} at most.
     *
     * @param what is waited for, for the message of the failure
     */
    public static <E extends Exception> void until(String what, Condition<E> condition) throws E {
        until(what, PATIENCE, condition);
    }

    /** As {@link #until(String, Condition)}, for what must not take longer than this. */
    public static <E extends Exception> void until(String what, Duration patience, Condition<E> condition) throws E {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited in vain until " + what).isLessThan(deadline);
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
