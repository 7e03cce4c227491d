package im.msg.domain;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The records of files that wait for their receivers. Adding and deleting may be repeated. Thread-safe. A future fails with a
 * {@link java.util.concurrent.TimeoutException} when it is not known whether the request was carried out, with {@link
 * RecordRefused} when it never will be, and otherwise when it was not but may be later.
 */
public interface OfflineFiles {
    /** What has become of a file that was recorded. */
    enum Fate {
        WAITS,
        /** It was deleted, and will not wait again. */
        GONE
    }

    CompletableFuture<Fate> add(OfflineFile file);

    /**
     * @param to who may delete it: its receiver, and nobody else. A member of a group ends its wait for that member; {@link
     *     UserId#NOBODY} for all of them.
     */
    CompletableFuture<Fate> delete(TaskId task, UserId from, UserId to);

    CompletableFuture<List<OfflineFile>> waitingFor(UserId user);

    /** Whether this file is among those that wait for this user. */
    CompletableFuture<Boolean> waitsFor(TaskId task, UserId user);

    /**
     * Of some tasks, those that do not wait.
     *
     * @param gone have been recorded once, and deleted since
     * @param unknown have never been recorded
     */
    record Ended(Set<TaskId> gone, Set<TaskId> unknown) {}

    CompletableFuture<Ended> endedAmong(List<TaskId> tasks);
}
