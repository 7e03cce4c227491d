package im.file.transfer;

import io.netty.util.ReferenceCounted;
import java.util.concurrent.CompletableFuture;

/** A committed file, open for reading. Pieces stay readable after {@link #close()}. */
public interface StoredFile extends AutoCloseable {
    CommittedFile about();

    default FileTask task() {
        return about().task();
    }

    /**
     * A piece of the file, for sending; the caller gives it away. Where the bytes are at hand it is there at once, as a {@link
     * io.netty.channel.FileRegion} that need not be copied; else it is a {@link io.netty.buffer.ByteBuf} when it has been fetched.
     */
    CompletableFuture<ReferenceCounted> piece(long offset, int length);

    @Override
    void close();
}
