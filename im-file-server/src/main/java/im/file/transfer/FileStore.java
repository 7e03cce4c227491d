package im.file.transfer;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps files for users who are away. Futures complete on a thread of the store; they fail with the {@link java.io.IOException}
 * that the medium gave.
 */
public interface FileStore {
    /** Starts keeping a file, in memory of nobody but the store until it is {@linkplain Incoming#commit committed}. */
    CompletableFuture<Incoming> create(FileTask task);

    /** A committed file, or empty when there is none of that id. Whoever opens it closes it. */
    CompletableFuture<Optional<StoredFile>> open(TaskId id);

    /** A file that is being received. What is asked of it is done in the order of asking, and need not be waited for in between. */
    interface Incoming {
        /** Writes the next bytes of the file; the buffer is given away. */
        CompletableFuture<Void> append(ByteBuf data);

        /** When this succeeds the file survives a loss of power, and its checksum is known. */
        CompletableFuture<Void> commit();

        /** Forgets the file and its bytes. */
        void abandon();
    }
}
