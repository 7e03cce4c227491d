package im.file.store;

import im.file.transfer.TaskId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder with the pieces of one file that comes in, or did until its upload broke off. It moves as one, so whoever moved it has
 * all of it and has it alone.
 */
record PartialPaths(Path folder) {
    private static final char BEFORE_TASK = '.';

    /** What such a folder is called. */
    static String nameOf(FileKey key, TaskId task) {
        return key.text() + BEFORE_TASK + task.text();
    }

    /** The bytes that came, from the start. */
    Path data() {
        return folder.resolve("data");
    }

    /** The {@link FileDescription}; written before anything else. */
    Path info() {
        return folder.resolve("info");
    }

    /** The {@link BlockSums}. */
    Path sums() {
        return folder.resolve("sums");
    }

    /** Of the upload that had it last, as its name says. */
    Optional<TaskId> task() {
        String name = folder.getFileName().toString();
        return TaskId.parse(name.substring(name.indexOf(BEFORE_TASK) + 1));
    }

    /** Only its key: what it is called ends with a task id, which is a ticket. */
    @Override
    public String toString() {
        String name = folder.getFileName().toString();
        return folder.resolveSibling(name.substring(0, Math.max(0, name.indexOf(BEFORE_TASK))))
                .toString();
    }
}
