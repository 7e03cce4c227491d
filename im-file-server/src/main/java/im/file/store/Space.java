package im.file.store;

import im.file.transfer.FileTask;
import im.file.transfer.NoRoom;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Who may take how much: the room that is set aside for files that come in, on top of the {@link Usage} by what is there. What other
 * processes have set aside in a shared folder is not known here, only what was counted of it. Thread-safe.
 */
final class Space {
    /** Free bytes of the disk. */
    interface FreeBytes {
        long get() throws IOException;
    }

    private static final class Reserved {
        final long user;
        final long size;
        long written;

        Reserved(long user, long size, long written) {
            this.user = user;
            this.size = size;
            this.written = written;
        }
    }

    private final StoreSettings limits;
    private final Usage usage;
    private final FreeBytes free;
    private final Map<TaskId, Reserved> reserved = new HashMap<>();

    Space(StoreSettings limits, Usage usage, FreeBytes free) {
        this.limits = limits;
        this.usage = usage;
        this.free = free;
    }

    /**
     * @param resumable bytes of this file that lie in the store already
     * @throws NoRoom when it would be over a limit
     */
    void reserve(FileTask task, long resumable) throws IOException {
        long freeBytes = free.get();
        synchronized (this) {
            if (reserved.containsKey(task.id())) {
                throw new IOException(task.id() + " has room already");
            }
            check(task, resumable, freeBytes);
            reserved.put(task.id(), new Reserved(task.from(), task.size(), resumable));
        }
    }

    private void check(FileTask task, long resumable, long freeBytes) throws NoRoom {
        if (task.size() > limits.maxFile()) {
            throw new NoRoom("a file may have at most " + Bytes.forPeople(limits.maxFile()));
        }
        long more = task.size() - resumable;
        // Without quotas nothing is counted: what was there before a restart, and is deleted now, makes it less than
        // nothing.
        long ofUser = Math.max(0, usage.of(task.from()));
        long ofAll = Math.max(0, usage.total());
        long unwritten = 0;
        for (Reserved other : reserved.values()) {
            ofAll += other.size;
            ofUser += other.user == task.from() ? other.size : 0;
            unwritten += other.size - other.written;
        }
        if (more > limits.userQuota() - ofUser) {
            throw new NoRoom("your files that wait here take " + Bytes.forPeople(ofUser) + " of "
                    + Bytes.forPeople(limits.userQuota()) + ", which leaves too little for this one");
        }
        if (more > limits.totalQuota() - ofAll || more > freeBytes - unwritten - limits.minFree()) {
            throw new NoRoom("the server has no room for " + Bytes.forPeople(task.size()));
        }
    }

    /** So much of a file that has room lies on the disk. */
    synchronized void written(TaskId id, long size) {
        Reserved room = reserved.get(id);
        if (room != null) {
            room.written = size;
        }
    }

    /** The room is not needed any more. */
    synchronized void release(TaskId id) {
        reserved.remove(id);
    }

    /** A file has been committed in the room that it had. */
    void committed(FileTask task) {
        usage.change(Usage.pieceOf(task.id()), task.from(), task.size());
        release(task.id());
    }

    void deleted(FileTask task) {
        usage.change(Usage.pieceOf(task.id()), task.from(), -task.size());
    }

    /** An upload broke off; so much of it stays. */
    void partial(FileTask task, long size) {
        usage.change(Usage.PARTIALS, task.from(), size);
    }

    /** What came of a broken upload is gone, or has become part of one that has room. */
    void noLongerPartial(FileTask task, long size) {
        usage.change(Usage.PARTIALS, task.from(), -size);
    }
}
