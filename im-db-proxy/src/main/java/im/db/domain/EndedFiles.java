package im.db.domain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the storage forget the files that ended long ago: at the start, and then daily. Several db-proxies may do so at once. On a
 * thread of its own.
 */
public final class EndedFiles implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EndedFiles.class);
    private static final int BATCH = 1000;
    private static final Duration EVERY = Duration.ofDays(1);
    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

    private final OfflineFiles files;
    private final Clock clock;
    private final Duration keep;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ended-files");
        thread.setDaemon(true);
        return thread;
    });

    /** @param keep for how long a file that ended is not forgotten */
    public EndedFiles(OfflineFiles files, Clock clock, Duration keep) {
        this.files = files;
        this.clock = clock;
        this.keep = keep;
    }

    public void start() {
        timer.execute(this::forgetAndGoOn);
    }

    private void forgetAndGoOn() {
        Duration next = RETRY_AFTER;
        try {
            int forgotten = forget();
            if (forgotten > 0) {
                log.info("forgot {} files that ended more than {} ago", forgotten, keep);
            }
            next = EVERY;
        } catch (StorageFailure e) {
            log.warn("files that ended long ago are not forgotten yet: {}", e.getMessage());
        } catch (RuntimeException bug) {
            log.error("files that ended long ago are not forgotten because of a bug", bug);
        }
        if (!timer.isShutdown()) {
            timer.schedule(this::forgetAndGoOn, next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** In pieces, so that no statement takes long. */
    private int forget() {
        Instant before = clock.instant().minus(keep);
        int all = 0;
        int some;
        do {
            some = files.forgetEndedBefore(before, BATCH);
            all += some;
        } while (some == BATCH && !timer.isShutdown());
        return all;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
