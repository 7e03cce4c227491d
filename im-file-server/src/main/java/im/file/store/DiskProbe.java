package im.file.store;

import im.file.store.Space.FreeBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds whether the disk takes a small file, and how much room it has; on a thread of its own, so that a disk that hangs
 * holds up nobody else. Thread-safe.
 */
final class DiskProbe implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DiskProbe.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    /** A look that takes longer than that is as good as one that failed. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(2);

    /** Enough to need a block of the disk. */
    private static final int SIZE = 4096;

    private final Disk disk;
    private final Path file;
    private final FreeBytes free;
    private final long minFree;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService thread;
    private volatile boolean takes = true;
    private boolean hasRoom = true;
    private volatile long freeBytes;
    private volatile long lookedAt;

    /**
     * @param file is made, and deleted, every time; nobody else uses it
     * @param minFree from how many free bytes on nothing is stored; the log says when that begins and ends
     * @param nanoTime as {@link System#nanoTime}
     */
    DiskProbe(Disk disk, Path file, FreeBytes free, long minFree, LongSupplier nanoTime, ThreadFactory threads) {
        this.disk = disk;
        this.file = file;
        this.free = free;
        this.minFree = minFree;
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong();
        this.thread = Executors.newSingleThreadScheduledExecutor(threads);
    }

    /** Looks from now on. */
    void start() {
        thread.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            freeBytes = free.get();
            lookForRoom();
            disk.delete(file);
            disk.write(file, ByteBuffer.allocate(SIZE));
            disk.delete(file);
            if (!takes) {
                log.info("the disk takes files again");
            }
            takes = true;
        } catch (IOException | RuntimeException e) {
            if (takes) {
                log.warn("the disk takes no files: {}", e.toString());
            }
            takes = false;
        }
        lookedAt = nanoTime.getAsLong();
    }

    private void lookForRoom() {
        boolean room = freeBytes > minFree;
        if (room != hasRoom) {
            hasRoom = room;
            if (room) {
                log.info("there is room for files again: {} are free", Bytes.forPeople(freeBytes));
            } else {
                log.warn(
                        "no file can be stored: {} are free on the disk of the store, and store.min-free keeps {}",
                        Bytes.forPeople(freeBytes),
                        Bytes.forPeople(minFree));
            }
        }
    }

    /** Whether files can be stored, as far as is known. */
    boolean isWritable() {
        return takes && nanoTime.getAsLong() - lookedAt < PATIENCE.toNanos();
    }

    /** When this was last looked at. */
    long freeBytes() {
        return freeBytes;
    }

    /** Waits a moment for a look that is under way, so that its file goes. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(CLOSE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
