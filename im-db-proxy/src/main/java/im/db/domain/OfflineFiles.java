package im.db.domain;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where it is kept which files wait, and which have done so. Calls block; thread-safe; they throw {@link StorageFailure} when the
 * storage fails.
 */
public interface OfflineFiles {

    /** How {@link #add} went. */
    enum Added {
        /** It waits now, or did already: reporting a file twice is harmless. */
        RECORDED,
        /** It was recorded once and has been deleted since, which is for ever. */
        GONE,
        /** The task id belongs to another transfer, about which nothing was changed. */
        REFUSED
    }

    /** What is known of a task that was recorded once. */
    enum Fate {
        WAITS,
        GONE
    }

    Added add(OfflineFile file);

    /** The files that wait for this user and have not expired, in the order in which they were recorded. */
    List<OfflineFile> waitingFor(UserId to, int limit);

    /** Ends the wait of a file for this user; does nothing when there is no such file, or it waits for somebody else. */
    void delete(TaskId taskId, UserId to);

    /** What became of these; a task that is not in the answer was never recorded. */
    Map<TaskId, Fate> fatesOf(Collection<TaskId> tasks);

    /**
     * Forgets files that were deleted before a time and had expired by then, if they ever do. Nobody may ask about them any more:
     * they would be unknown.
     *
     * @param limit how many at most
     * @return how many there were
     */
    int forgetEndedBefore(Instant time, int limit);
}
