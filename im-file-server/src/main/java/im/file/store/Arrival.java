package im.file.store;

import com.google.common.hash.HashCode;
import im.file.transfer.CommittedFile;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The way of one file from its {@link PartialFile} to the {@link CommittedFiles}. For the one thread of the partial file. */
public interface Arrival {
    /** So many bytes from the start lie in the partial file and may be taken ahead. Does not block. */
    void grew(long size);

    /**
     * Makes a committed file of one that is finished, marked as unrecorded. Nobody sees it until all of it is safe, and when this
     * succeeds it is.
     */
    CompletableFuture<CommittedFile> commit(HashCode sha256);

    /** There is no commit, or it failed: takes back what was done of it. The bytes stay in the partial file if they are there still. */
    void undo() throws IOException;
}
