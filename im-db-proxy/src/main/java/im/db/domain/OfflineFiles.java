package im.db.domain;

import java.util.List;

/** Where it is kept which files wait. Calls block; thread-safe; they throw {@link StorageFailure} when the storage fails. */
public interface OfflineFiles {

    /** How {@link #add} went. */
    enum Added {
        /** It is recorded now, or was already: reporting a file twice is harmless. */
        RECORDED,
        /** The task id belongs to another transfer, about which nothing was changed. */
        REFUSED
    }

    Added add(OfflineFile file);

    /** The files that wait for this user, in the order in which they were recorded. */
    List<OfflineFile> waitingFor(UserId to, int limit);

    /** Forgets a file that waits for this user; does nothing when there is no such file, or it waits for somebody else. */
    void delete(TaskId taskId, UserId to);
}
