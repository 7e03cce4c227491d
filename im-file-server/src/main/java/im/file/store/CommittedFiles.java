package im.file.store;

import im.file.transfer.CommittedFile;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import im.server.token.TokenKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The files that are whole and safe, wherever they are kept; several file-servers may have the same. Thread-safe. What throws {@link
 * IOException} may block.
 */
public interface CommittedFiles extends AutoCloseable {
    /** See {@link im.file.transfer.FileStore#id}. */
    UUID id();

    /** The key of these files; made when there is none, and the same for all who have them. */
    TokenKey tokenKey() throws IOException;

    /** The way in for a file that comes in now. */
    Arrival arrival(Announcement file, PartialFile partial);

    /** See {@link im.file.transfer.FileStore#open}. */
    Optional<StoredFile> open(TaskId id) throws IOException;

    /**
     * See {@link im.file.transfer.FileStore#delete}.
     *
     * @return what was deleted, if it was there
     */
    Optional<CommittedFile> delete(TaskId id) throws IOException;

    void markRecorded(TaskId id) throws IOException;

    List<CommittedFile> list(Optional<TaskId> after, int max) throws IOException;

    List<CommittedFile> unrecorded(Optional<TaskId> after, int max) throws IOException;

    /**
     * Deletes what is left of commits that did not get to their end.
     *
     * @param before what is younger may be the work of somebody who is at it
     */
    void dropRemains(Instant before) throws IOException;

    /** Counts what the files of each sender take, as far as they do not change meanwhile. */
    void count(Usage usage) throws IOException;

    @Override
    void close() throws IOException;
}
