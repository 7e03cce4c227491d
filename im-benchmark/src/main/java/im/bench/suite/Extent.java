package im.bench.suite;

import im.bench.run.MessageRounds;
import im.bench.tls.TlsCost;
import java.time.Duration;
import java.util.List;

/**
 * How much of everything.
 *
 * @param warmUp for each of the cases
 * @param rounds of the cases, and how long they may take altogether with that
 * @param profiled how long it is looked at what a server does
 * @param concurrencies of the sweep
 * @param idle connections
 * @param messages how they are measured
 * @param pairs of users who write to each other
 * @param tls how what it costs is measured
 */
public record Extent(
        Duration warmUp,
        int rounds,
        Duration roundsLimit,
        int mebibytes,
        int smallFiles,
        Duration profiled,
        List<Integer> concurrencies,
        int sweepRounds,
        Duration sweepLimit,
        int idle,
        MessageRounds messages,
        int pairs,
        TlsCost.Extent tls) {
    /** In less than nine minutes on a machine of two cores that does nothing else. */
    public static final Extent FULL = new Extent(
            Duration.ofSeconds(4),
            5,
            Duration.ofMinutes(6),
            256,
            2000,
            Duration.ofSeconds(4),
            List.of(1, 4, 16, 64, 256, 1000, 2000),
            3,
            Duration.ofMinutes(4),
            20_000,
            new MessageRounds(Duration.ofSeconds(15), 2, Duration.ofSeconds(5), Reach.MESSAGES_PER_SECOND / 2),
            200,
            TlsCost.Extent.FULL);

    /** In less than 3 minutes: whether everything works, not how fast it is. */
    public static final Extent QUICK = new Extent(
            Duration.ofSeconds(1),
            1,
            Duration.ofSeconds(40),
            64,
            200,
            Duration.ofMillis(500),
            List.of(1, 16, 128),
            1,
            Duration.ofSeconds(20),
            1000,
            new MessageRounds(Duration.ofSeconds(1), 1, Duration.ofSeconds(2), Reach.MESSAGES_PER_SECOND / 2),
            50,
            TlsCost.Extent.QUICK);
}
