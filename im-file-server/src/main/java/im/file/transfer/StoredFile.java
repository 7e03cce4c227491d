package im.file.transfer;

import io.netty.channel.FileRegion;

/** A committed file, open for reading. Regions stay readable after {@link #close()}. */
public interface StoredFile extends AutoCloseable {
    CommittedFile about();

    default FileTask task() {
        return about().task();
    }

    /** A piece of the file, for sending; the caller gives it away. */
    FileRegion region(long offset, int length);

    @Override
    void close();
}
