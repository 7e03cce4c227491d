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

    /**
     * The files that wait for this user and have not expired, in the order in which they were recorded. A group's file waits for
     * everybody who is a member now, did not send it, and has not ended its wait.
     */
    List<OfflineFile> waitingFor(UserId to, int limit);

    /** Whether this file is among all those that wait for this user. */
    boolean waitsFor(TaskId taskId, UserId to);

    /**
     * Ends the wait of a file for this user; does nothing when there is no such file, or it waits for somebody else. A group's file goes on
     * waiting for other members, if there are any for whom it does.
     */
    void delete(TaskId taskId, UserId to);

    /** Ends the wait of a group's file for all members; does nothing when there is no such file. */
    void deleteForGroup(TaskId taskId);

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
