package im.file.store;

import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upload of a file that turned out to be there: every byte of it is committed. */
final class KnownUpload implements FileStore.Incoming {
    private static final Logger log = LoggerFactory.getLogger(KnownUpload.class);

    private final Unheard.Found found;
    private final DiskStore store;
    private final Executor disk;

    KnownUpload(Unheard.Found found, DiskStore store, Executor disk) {
        this.found = found;
        this.store = store;
        this.disk = disk;
    }

    @Override
    public long committed() {
        return file().task().size();
    }

    @Override
    public CompletableFuture<ByteBuf> read(long offset, int length) {
        return new FileInMemory(found.file(), disk).piece(offset, length).thenApply(ByteBuf.class::cast);
    }

    @Override
    public CompletableFuture<Void> append(ByteBuf data) {
        data.release();
        return CompletableFuture.failedFuture(new IOException(file().task() + " is whole"));
    }

    @Override
    public CompletableFuture<CommittedFile> commit() {
        return CompletableFuture.completedFuture(file());
    }

    @Override
    public CompletableFuture<Void> conclude() {
        return last(() -> store.unheard().drop(found));
    }

    @Override
    public CompletableFuture<Void> suspend() {
        CompletableFuture<Void> step = last(() -> store.unheard().giveBack(found));
        store.handover().begun(FileKey.of(file().task()), step);
        return step;
    }

    /** The uploader has another file; this one stays. */
    @Override
    public CompletableFuture<Void> abandon() {
        return conclude();
    }

    private interface Step {
        void run() throws IOException;
    }

    private CompletableFuture<Void> last(Step step) {
        CompletableFuture<Void> done = DiskStore.run(disk, () -> {
            step.run();
            return null;
        });
        return done.whenComplete((nothing, failure) -> {
            if (failure != null) {
                log.warn("{}: what is left of its upload stays for a while: {}", file().task(), failure.toString());
            }
        });
    }

    private CommittedFile file() {
        return found.file().about();
    }
}
