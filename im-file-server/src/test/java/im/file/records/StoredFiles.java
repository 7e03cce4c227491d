package im.file.records;

import static org.assertj.core.api.Assertions.assertThat;

import im.file.store.DiskStore;
import im.file.store.StoreFixture;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import im.file.transfer.TaskId;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A real store with files in it, and the thread of a test in the place of the event loop. */
final class StoredFiles implements AutoCloseable {
    private static final int ALL = 10_000;

    final DiskStore store;
    final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final SecureRandom random = new SecureRandom();

    StoredFiles(Path folder) throws IOException {
        this.store = DiskStore.open(StoreFixture.settings(folder));
    }

    CommittedFile commit() throws Exception {
        FileTask task = new FileTask(TaskId.random(random), 1, 2, "notes.txt", 1);
        FileStore.Incoming incoming =
                now(now(store.reserve(task, Optional.empty(), true)).begin());
        now(incoming.append(Unpooled.wrappedBuffer(new byte[1])));
        return now(incoming.commit());
    }

    /** One that was recorded. */
    CommittedFile recorded() throws Exception {
        CommittedFile file = commit();
        now(store.markRecorded(file.task().id()));
        return file;
    }

    /** In the order in which the store lists them. */
    List<CommittedFile> recorded(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            recorded();
        }
        return now(store.list(Optional.empty(), ALL));
    }

    List<CommittedFile> commit(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    try {
                        return commit();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .sorted(Comparator.comparing(file -> file.task().id().text()))
                .toList();
    }

    List<TaskId> unrecorded() {
        return ids(now(store.unrecorded(Optional.empty(), ALL)));
    }

    List<TaskId> all() {
        return ids(now(store.list(Optional.empty(), ALL)));
    }

    static List<TaskId> ids(List<CommittedFile> files) {
        return files.stream().map(file -> file.task().id()).toList();
    }

    private static <T> T now(CompletableFuture<T> step) {
        try {
            return step.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Does what the event loop would do, until this holds. */
    void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Runnable next = loop.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("something to do").isNotNull();
            next.run();
        }
    }

    /** Does what the event loop has to do now. */
    void rest() {
        for (Runnable next = loop.poll(); next != null; next = loop.poll()) {
            next.run();
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
