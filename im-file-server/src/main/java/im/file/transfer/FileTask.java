package im.file.transfer;

/**
 * What is to be transferred, as the msg-server asked for it.
 *
 * @param from user id of the sender
 * @param to user id of the receiver; 0 for a group
 * @param name of the file, for people; never a path here
 * @param size in bytes
 * @param group whose members may all have it; 0 for none
 */
public record FileTask(TaskId id, long from, long to, String name, long size, long group) {
    /** For one user. */
    public FileTask(TaskId id, long from, long to, String name, long size) {
        this(id, from, to, name, size, 0);
    }

    public FileTask {
        if (from == to) {
            throw new IllegalArgumentException("a file to oneself");
        }
        if (size < 0) {
            throw new IllegalArgumentException("negative size " + size);
        }
    }

    public boolean isForGroup() {
        return group != 0;
    }

    /** How many of {@code asked} bytes there are from {@code offset} on. */
    int clamp(long offset, int asked) {
        return (int) Math.min(asked, size - offset);
    }

    @Override
    public String toString() {
        return id + " (" + from + " to " + (isForGroup() ? "group " + group : to) + ", " + size + " bytes)";
    }
}
