package im.file.store;

import im.file.transfer.CommittedFile;
import im.file.transfer.StoredFile;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** An open file whose pieces are all buffers: those that lie on a disk are read on a thread for that. */
final class FileInMemory implements StoredFile {
    private final StoredFile file;
    private final Executor disk;

    FileInMemory(StoredFile file, Executor disk) {
        this.file = file;
        this.disk = disk;
    }

    @Override
    public CommittedFile about() {
        return file.about();
    }

    @Override
    public CompletableFuture<ReferenceCounted> piece(long offset, int length) {
        return file.piece(offset, length)
                .thenCompose(piece -> piece instanceof ByteBuf
                        ? CompletableFuture.completedFuture(piece)
                        : DiskStore.run(disk, () -> DiskFile.read(piece)));
    }

    @Override
    public void close() {
        file.close();
    }
}
