package im.file.transfer;

/**
 * What is to be transferred, as the msg-server asked for it.
 *
 * @param from user id of the sender
 * @param to user id of the receiver
 * @param name of the file, for people; never a path here
 * @param size in bytes
 */
public record FileTask(TaskId id, long from, long to, String name, long size) {
    public FileTask {
        if (from == to) {
            throw new IllegalArgumentException("a file to oneself");
        }
        if (size < 0) {
            throw new IllegalArgumentException("negative size " + size);
        }
    }

    /** How many of {@code asked} bytes there are from {@code offset} on. */
    int clamp(long offset, int asked) {
        return (int) Math.min(asked, size - offset);
    }

    @Override
    public String toString() {
        return id + " (" + from + " to " + to + ", " + size + " bytes)";
    }
}
