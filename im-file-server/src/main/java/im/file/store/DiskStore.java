package im.file.store;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files in a folder of the local disk, which belongs to this process while it runs.
 *
 * <p>A file that comes in is {@code <id>.part}; committing it writes {@code <id>.info} (who, what, sha256), forces both to the
 * disk, renames the data to {@code <id>.data} and forces the folder: there is a file exactly when its {@code .data} is there. What
 * was left unfinished by an earlier run is deleted at the start.
 *
 * <p>Thread-safe. Disk work runs on a pool, in order per file.
 */
public final class DiskStore implements FileStore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DiskStore.class);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

    private final StoreFolder folder;
    private final ExecutorService pool;

    private DiskStore(StoreFolder folder, int threads) {
        this.folder = folder;
        this.pool = Executors.newFixedThreadPool(
                threads,
                new ThreadFactoryBuilder()
                        .setNameFormat("disk-%d")
                        .setDaemon(true)
                        .build());
    }

    /**
     * Takes the folder for this process.
     *
     * @param folder made when it is not there
     * @param threads for disk work
     * @throws IOException when the folder cannot be used, or another process has it
     */
    public static DiskStore open(Path folder, int threads) throws IOException {
        StoreFolder taken = StoreFolder.take(folder);
        try {
            int unfinished = taken.deleteUnfinished();
            log.info("store {}: ready, id {}, {} unfinished uploads deleted", folder, taken.id(), unfinished);
            return new DiskStore(taken, threads);
        } catch (IOException | RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    /** Names this folder for ever, wherever it is mounted and whatever address serves it. */
    public UUID id() {
        return folder.id();
    }

    @Override
    public CompletableFuture<Incoming> create(FileTask task) {
        Executor inOrder = MoreExecutors.newSequentialExecutor(pool);
        return run(inOrder, () -> DiskUpload.create(task, folder.pathsOf(task.id()), inOrder));
    }

    @Override
    public CompletableFuture<Optional<StoredFile>> open(TaskId id) {
        return run(pool, () -> {
            FilePaths paths = folder.pathsOf(id);
            if (!paths.isComplete()) {
                return Optional.empty();
            }
            FileTask task = FileDescription.read(paths.info()).task();
            return Optional.of(new DiskFile(task, FileChannel.open(paths.data())));
        });
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

    /** Finishes what was begun on the disk, within a few seconds, and lets the folder go. */
    @Override
    public void close() throws IOException {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(CLOSE_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                log.error("store {}: disk work has not ended within {}", folder, CLOSE_DEADLINE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        folder.close();
    }
}
