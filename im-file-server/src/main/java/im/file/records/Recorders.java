package im.file.records;

import im.file.transfer.ShardClock;
import im.netlib.Backoff;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The msg-servers that are linked with any shard. One that could not do what it was asked for rests for a while, longer each time,
 * and is then given one request to show that it can; so a database that is away is not stormed, and one msg-server without it does
 * not hold up others.
 */
public final class Recorders {
    private static final Logger log = LoggerFactory.getLogger(Recorders.class);

    private final Backoff backoff;
    private final ShardClock clock;
    private final RandomGenerator random;
    private final Map<Recorder, Standing> standings = new LinkedHashMap<>();
    private Runnable onReport = () -> {};

    public Recorders(Backoff backoff, ShardClock clock, RandomGenerator random) {
        this.backoff = backoff;
        this.clock = clock;
        this.random = random;
    }

    private static final class Standing {
        int failures;
        long restsUntil;
        boolean onTrial;
    }

    /** @param listener told after a report has changed who is able, or when somebody will be; on the thread of the report */
    void onReport(Runnable listener) {
        onReport = listener;
    }

    void add(Recorder recorder) {
        standings.put(recorder, new Standing());
    }

    void remove(Recorder recorder) {
        standings.remove(recorder);
    }

    /** One that may be asked now: the preferred one if that is among them, else any. Whoever picks reports how it went. */
    Optional<Recorder> pick(Optional<Recorder> preferred) {
        List<Recorder> able = standings.entrySet().stream()
                .filter(entry -> isAble(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (able.isEmpty()) {
            return Optional.empty();
        }
        Recorder picked = preferred.filter(able::contains).orElseGet(() -> able.get(random.nextInt(able.size())));
        Standing standing = standings.get(picked);
        standing.onTrial = standing.failures > 0;
        return Optional.of(picked);
    }

    private boolean isAble(Standing standing) {
        return standing.failures == 0 || !standing.onTrial && standing.restsUntil - clock.nanoTime() <= 0;
    }

    /** How long until somebody has rested enough; empty when time alone changes nothing. */
    Optional<Duration> untilSomeoneIsAble() {
        OptionalLong first = standings.values().stream()
                .filter(standing -> !standing.onTrial)
                .mapToLong(standing -> standing.restsUntil - clock.nanoTime())
                .min();
        // Timers count whole milliseconds.
        return first.isPresent()
                ? Optional.of(Duration.ofNanos(first.getAsLong()).plusMillis(1))
                : Optional.empty();
    }

    void succeeded(Recorder recorder) {
        Standing standing = standings.get(recorder);
        if (standing != null && standing.failures > 0) {
            log.info("{} records again", recorder);
            standings.put(recorder, new Standing());
            onReport.run();
        }
    }

    void failed(Recorder recorder, Throwable failure) {
        Standing standing = standings.get(recorder);
        // What was asked for before the rest began and fails in it says nothing new.
        if (standing == null || standing.failures > 0 && !standing.onTrial) {
            return;
        }
        if (standing.failures == 0) {
            log.warn("{} cannot record now what is stored here, and is asked again: {}", recorder, failure.toString());
        }
        standing.restsUntil =
                clock.nanoTime() + backoff.delay(standing.failures, random).toNanos();
        standing.failures++;
        standing.onTrial = false;
        onReport.run();
    }
}
