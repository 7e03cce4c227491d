package im.file.records;

import im.file.transfer.CommittedFile;
import im.file.transfer.TaskId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A msg-server that records what is stored here. Futures fail when it is not known whether the request was carried out, and when it
 * could not be carried out now; asking again does no harm. They complete anywhere.
 */
public interface Recorder {
    /** What the database says of a stored file. */
    enum Answer {
        RECORDED,
        /** It was recorded once, and nobody wants it any more. */
        GONE,
        /** It cannot be recorded, however often one asks. */
        REFUSED
    }

    CompletableFuture<Answer> stored(CommittedFile file);

    /** Nobody has fetched the file in time. Completes when nobody can be offered it any more. */
    CompletableFuture<Void> expired(CommittedFile file);

    /**
     * Of some files, those that do not wait.
     *
     * @param gone were recorded once, and nobody wants them any more
     * @param unknown were never recorded
     */
    record Ended(Set<TaskId> gone, Set<TaskId> unknown) {}

    CompletableFuture<Ended> endedAmong(List<TaskId> asked);

    /**
     * Whether a group's file waits for this user, who has to be a member.
     *
     * @param user an unsigned 32-bit id
     */
    CompletableFuture<Boolean> waitsFor(TaskId file, long user);
}
