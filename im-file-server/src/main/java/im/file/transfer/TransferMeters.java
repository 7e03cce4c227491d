package im.file.transfer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What is counted and timed of the transfers of one mode, in all shards. Thread-safe. */
public final class TransferMeters {
    private static final Duration[] ROUND_TRIPS = millis(0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000);
    private static final Duration[] COMMITS = millis(1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 30_000);

    private final Counter started;
    private final Counter resumed;
    private final Map<End, Counter> ended = new EnumMap<>(End.class);
    private final Timer roundTrip;
    private final Timer commit;

    public TransferMeters(MeterRegistry meters, TransferMode mode) {
        String tag = tag(mode);
        this.started = Counter.builder("im.transfers.started")
                .description("transfers for which all had come who had to")
                .tag("mode", tag)
                .register(meters);
        this.resumed = Counter.builder("im.transfers.resumed")
                .description("of these, those that went on where an earlier one had broken off")
                .tag("mode", tag)
                .register(meters);
        for (End end : End.values()) {
            ended.put(
                    end,
                    Counter.builder("im.transfers.ended")
                            .description("transfers and tasks that are over")
                            .tag("mode", tag)
                            .tag("result", tag(end))
                            .register(meters));
        }
        this.roundTrip = Timer.builder("im.block.round.trip")
                .description("from asking a sender for a block until it came")
                .tag("mode", tag)
                .serviceLevelObjectives(ROUND_TRIPS)
                .register(meters);
        this.commit = Timer.builder("im.upload.commit")
                .description("from the last byte of an upload until the file is safe")
                .serviceLevelObjectives(COMMITS)
                .register(meters);
    }

    /** How a constant is written as a tag. */
    public static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Duration[] millis(double... values) {
        Duration[] durations = new Duration[values.length];
        for (int i = 0; i < values.length; i++) {
            durations[i] = Duration.ofNanos((long) (values[i] * 1_000_000));
        }
        return durations;
    }

    void started() {
        started.increment();
    }

    void resumed() {
        resumed.increment();
    }

    void ended(End how) {
        ended.get(how).increment();
    }

    void committed(Duration took) {
        commit.record(took);
    }

    /** For one transfer. */
    RoundTrip roundTrip(ShardClock clock) {
        return new RoundTrip(roundTrip, clock);
    }
}
