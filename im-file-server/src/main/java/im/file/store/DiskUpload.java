package im.file.store;

import com.google.common.hash.HashCode;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import im.file.transfer.WrongContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that comes in. All disk work is done on one sequential executor, which is the one thread of its {@link PartialFile}. */
final class DiskUpload implements FileStore.Incoming {
    private static final Logger log = LoggerFactory.getLogger(DiskUpload.class);

    private final Announcement file;
    private final PartialFile partial;
    private final long there;
    private final DiskStore store;
    private final Executor disk;
    private final Arrival arrival;
    /** For whoever asks. */
    private CompletableFuture<?> committing = CompletableFuture.completedFuture(null);

    private boolean committed;
    /** Every byte came, but it is not the file that was announced. */
    private boolean wrong;

    /** To be called on the upload's thread. */
    DiskUpload(Announcement file, PartialFile partial, DiskStore store, Executor disk) {
        this.file = file;
        this.partial = partial;
        this.there = partial.size();
        this.store = store;
        this.disk = disk;
        this.arrival = store.files().arrival(file, partial);
        arrival.grew(there);
    }

    @Override
    public long committed() {
        return there;
    }

    @Override
    public CompletableFuture<ByteBuf> read(long offset, int length) {
        return DiskStore.run(disk, () -> {
            if (offset < 0 || offset + length > there) {
                throw new IOException("not committed: " + length + " bytes at " + offset);
            }
            return Unpooled.wrappedBuffer(partial.read(offset, length));
        });
    }

    @Override
    public CompletableFuture<Void> append(ByteBuf data) {
        CompletableFuture<Void> written = DiskStore.run(disk, () -> {
            partial.append(data.nioBuffers());
            store.space().written(task().id(), partial.size());
            arrival.grew(partial.size());
            return null;
        });
        return written.whenComplete((nothing, failure) -> data.release());
    }

    @Override
    public CompletableFuture<CommittedFile> commit() {
        CompletableFuture<CommittedFile> commit = DiskStore.run(disk, this::finish)
                .thenComposeAsync(arrival::commit, disk)
                .thenApplyAsync(this::committed, disk);
        committing = commit;
        return commit;
    }

    private HashCode finish() throws IOException {
        HashCode sha256 = partial.finish();
        if (file.sha256().isPresent() && !file.sha256().get().equals(sha256)) {
            wrong = true;
            throw new WrongContent("the file has changed since it was announced");
        }
        return sha256;
    }

    private CommittedFile committed(CommittedFile stored) {
        committed = true;
        store.space().committed(task());
        try {
            store.partials().dropData(partial.paths());
        } catch (IOException e) {
            log.warn("{}: is stored, but its bytes stay twice for a while: {}", task(), e.toString());
        }
        return stored;
    }

    @Override
    public CompletableFuture<Void> conclude() {
        return last("forget", () -> store.partials().drop(partial.paths()));
    }

    @Override
    public CompletableFuture<Void> suspend() {
        CompletableFuture<Void> step = last("keep", this::keep);
        store.handover().begun(FileKey.of(task()), step);
        return step;
    }

    private void keep() throws IOException {
        if (committed) {
            store.partials().putAway(partial.paths(), file);
            return;
        }
        undo();
        if (wrong
                || partial.isDoubtful()
                || !partial.isOfUse()
                || !Files.exists(partial.paths().data())) {
            store.partials().drop(partial.paths());
            return;
        }
        try {
            partial.describe();
        } catch (IOException e) {
            // Nobody could go on with it.
            store.partials().drop(partial.paths());
            throw e;
        }
        if (store.partials().putAway(partial.paths(), file)) {
            store.space().partial(task(), partial.size());
        }
    }

    @Override
    public CompletableFuture<Void> abandon() {
        return last("delete", this::forget);
    }

    private void forget() throws IOException {
        if (!committed) {
            undo();
        }
        store.partials().drop(partial.paths());
    }

    /** What cannot be taken back may be offered: every byte of it is there. */
    private void undo() {
        try {
            arrival.undo();
        } catch (IOException e) {
            log.warn("{}: cannot take back what was done of its commit: {}", task(), e.toString());
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** After the commit, if there is one: it may be waiting for others, with nothing on this thread. */
    private CompletableFuture<Void> last(String what, Step step) {
        CompletableFuture<Void> done = committing
                .handle((committed, failure) -> null)
                .thenCompose(nothing -> DiskStore.run(disk, () -> {
                    try (partial) {
                        step.run();
                        return null;
                    } finally {
                        store.space().release(task().id());
                    }
                }));
        return done.whenComplete((nothing, failure) -> {
            if (failure != null) {
                log.warn("{}: cannot {} what came of it: {}", task(), what, failure.toString());
            }
        });
    }

    private FileTask task() {
        return file.task();
    }
}
