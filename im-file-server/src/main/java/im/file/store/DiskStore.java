package im.file.store;

import com.google.common.hash.HashCode;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import im.server.management.Telemetry;
import im.server.token.TokenKey;
import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that come in on a disk, in a folder that several file-servers may share if the file system has locks that hold among them, as
 * local ones and NFS 4 do; and that stay in that folder, or go on to where all {@link CommittedFiles} are.
 *
 * <p>How the folder is laid out says {@link StoreFolder}, what becomes of files that are not whole {@link Partials}.
 *
 * <p>Thread-safe. Disk work runs on a pool, in order per file.
 */
public final class DiskStore implements FileStore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DiskStore.class);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

    private final StoreSettings settings;
    private final StoreFolder folder;
    private final Owner owner;
    private final Partials partials;
    private final CommittedFiles files;
    private final Unheard unheard;
    private final Space space;
    private final Sweep sweep;
    private final InstantSource clock;
    private final Handover handover = new Handover();
    private final ThreadPoolExecutor pool;
    /** For what has to do with committed files. */
    private final Executor filesPool;

    private final ScheduledExecutorService sweeper;
    private final DiskProbe probe;
    /** What has to be known before room can be set aside. */
    private final CompletableFuture<Void> ready;

    private DiskStore(
            StoreSettings settings,
            StoreFolder folder,
            Owner owner,
            CommittedFiles files,
            Optional<Executor> filesPool,
            Disk disk,
            InstantSource clock)
            throws IOException {
        this.settings = settings;
        this.folder = folder;
        this.owner = owner;
        this.clock = clock;
        this.partials = new Partials(folder, owner, disk, settings, clock);
        this.files = files;
        this.unheard = new Unheard(files, partials, owner);
        Usage usage = new Usage();
        // Looked up once: that reads through all that is mounted.
        java.nio.file.FileStore mounted = Files.getFileStore(settings.folder());
        this.space = new Space(settings, usage, mounted::getUsableSpace);
        this.sweep = new Sweep(folder, owner, partials, files, space, usage, settings.partialRetention(), clock);
        this.pool = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("disk-%d"));
        this.filesPool = filesPool.orElse(pool);
        this.probe = new DiskProbe(
                disk,
                owner.probe(),
                mounted::getUsableSpace,
                settings.minFree(),
                System::nanoTime,
                named("disk-probe"));
        this.sweeper = Executors.newSingleThreadScheduledExecutor(named("disk-sweep"));
        CompletableFuture<Void> recovered = run(sweeper, () -> {
            sweep.recover();
            return null;
        });
        CompletableFuture<Void> counted = run(sweeper, () -> {
            sweep();
            return null;
        });
        this.ready = settings.hasQuotas() ? counted : recovered.exceptionally(failure -> null);
        long every = settings.sweepEvery().toMillis();
        sweeper.scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory named(String format) {
        return new ThreadFactoryBuilder().setNameFormat(format).setDaemon(true).build();
    }

    /**
     * Opens a store for this process that keeps its files in its folder, which it makes if it is not there.
     *
     * @throws IOException when the folder cannot be used
     */
    public static DiskStore open(StoreSettings settings) throws IOException {
        return open(settings, new LocalDisk(), InstantSource.system());
    }

    static DiskStore open(StoreSettings settings, Disk disk, InstantSource clock) throws IOException {
        StoreFolder folder = StoreFolder.open(settings.folder(), disk);
        CommittedFiles files = FolderFiles.in(folder, disk, settings.retention(), clock);
        return open(settings, folder, files, Optional.empty(), disk, clock);
    }

    /**
     * Opens a store for this process whose folder has only what comes in.
     *
     * @param files that are whole; closed with the store, or when this fails
     * @param filesPool where what they have to do is done
     * @throws IOException when the folder cannot be used, or has stored files of its own
     */
    public static DiskStore open(StoreSettings settings, CommittedFiles files, Executor filesPool) throws IOException {
        return open(settings, files, filesPool, InstantSource.system());
    }

    public static DiskStore open(StoreSettings settings, CommittedFiles files, Executor filesPool, InstantSource clock)
            throws IOException {
        Disk disk = new LocalDisk();
        try {
            StoreFolder folder = StoreFolder.open(settings.folder(), disk);
            if (folder.hasFiles()) {
                throw new IOException(folder + " has stored files of its own, which would not be served: take another"
                        + " store.folder, or bring those files to their receivers first");
            }
            return open(settings, folder, files, Optional.of(filesPool), disk, clock);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private static DiskStore open(
            StoreSettings settings,
            StoreFolder folder,
            CommittedFiles files,
            Optional<Executor> filesPool,
            Disk disk,
            InstantSource clock)
            throws IOException {
        Owner owner = Owner.in(folder, disk);
        try {
            DiskStore store = new DiskStore(settings, folder, owner, files, filesPool, disk, clock);
            log.info("store {}: ready, id {}", folder, files.id());
            return store;
        } catch (IOException | RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** Says how it is doing, and from now on looks whether the disk takes files. Once. */
    public void describe(Telemetry telemetry) {
        telemetry.needs("the store cannot be written", probe::isWritable);
        Gauge.builder("im.disk.waiting", pool, all -> all.getQueue().size())
                .description("files that wait for a thread for disk work")
                .register(telemetry.meters());
        Gauge.builder("im.store.free", probe, DiskProbe::freeBytes)
                .description("what is free on the disk of the store")
                .baseUnit("bytes")
                .register(telemetry.meters());
        Gauge.builder("im.store.min.free", settings, StoreSettings::minFree)
                .description("how much of that is not for files")
                .baseUnit("bytes")
                .register(telemetry.meters());
        probe.start();
    }

    /** On the sweeper's thread. */
    void sweep() {
        try {
            sweep.recover();
            sweep.dropOld();
            if (settings.hasQuotas()) {
                sweep.count();
            }
        } catch (IOException | RuntimeException e) {
            log.warn("store {}: cannot look through all of it: {}", folder, e.toString());
        }
    }

    @Override
    public UUID id() {
        return files.id();
    }

    /** What msg-servers sign tokens with, for all who have these files. */
    public TokenKey tokenKey() throws IOException {
        return files.tokenKey();
    }

    @Override
    public CompletableFuture<Reservation> reserve(FileTask task, Optional<HashCode> sha256, boolean mayBeThere) {
        Announcement file = new Announcement(
                task, sha256, clock.instant().plus(settings.retention()).truncatedTo(ChronoUnit.SECONDS));
        return ready.thenCompose(nothing -> run(filesPool, () -> {
            space.reserve(task, bytesThere(file, mayBeThere));
            return new DiskReservation(file, mayBeThere, this, MoreExecutors.newSequentialExecutor(pool));
        }));
    }

    private long bytesThere(Announcement file, boolean mayBeThere) throws IOException {
        List<PartialPaths> left = partials.young(file);
        if (mayBeThere && unheard.has(file, left)) {
            return file.task().size();
        }
        return partials.continuations(file, left).stream()
                .mapToLong(Partials.Broken::size)
                .limit(1)
                .sum();
    }

    @Override
    public CompletableFuture<Optional<StoredFile>> open(TaskId id) {
        return run(filesPool, () -> files.open(id));
    }

    @Override
    public CompletableFuture<Optional<StoredFile>> openInMemory(TaskId id) {
        return open(id).thenApply(file -> file.map(found -> new FileInMemory(found, pool)));
    }

    @Override
    public CompletableFuture<List<CommittedFile>> list(Optional<TaskId> after, int max) {
        return run(filesPool, () -> files.list(after, max));
    }

    @Override
    public CompletableFuture<List<CommittedFile>> unrecorded(Optional<TaskId> after, int max) {
        return run(filesPool, () -> files.unrecorded(after, max));
    }

    @Override
    public CompletableFuture<Void> markRecorded(TaskId id) {
        return run(filesPool, () -> {
            files.markRecorded(id);
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> delete(TaskId id) {
        return run(filesPool, () -> {
            files.delete(id).ifPresent(deleted -> space.deleted(deleted.task()));
            return null;
        });
    }

    // For the uploads of this store.

    Partials partials() {
        return partials;
    }

    CommittedFiles files() {
        return files;
    }

    Executor filesPool() {
        return filesPool;
    }

    Unheard unheard() {
        return unheard;
    }

    Space space() {
        return space;
    }

    Handover handover() {
        return handover;
    }

    static <T> CompletableFuture<T> run(Executor executor, Callable<? extends T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    result.complete(work.call());
                } catch (Throwable e) {
                    // An Error too: whoever waits must hear of it.
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new IOException("the store is closed", e));
        }
        return result;
    }

    /** Finishes what was begun on the disk, within a few seconds; what is not whole then may be continued by others. */
    @Override
    public void close() throws IOException {
        sweeper.shutdownNow();
        probe.close();
        pool.shutdown();
        try {
            if (!pool.awaitTermination(CLOSE_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                log.error("store {}: disk work has not ended within {}", folder, CLOSE_DEADLINE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (owner) {
            files.close();
        }
    }
}
