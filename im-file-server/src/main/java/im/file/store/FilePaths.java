package im.file.store;

import im.file.transfer.TaskId;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the pieces of one file lie; made of a validated task id and nothing else. */
record FilePaths(Path folder, TaskId id) {
    static final String PART = ".part";
    static final String INFO = ".info";
    static final String DATA = ".data";

    /** The data while it comes in. */
    Path part() {
        return folder.resolve(id.text() + PART);
    }

    /** The description. */
    Path info() {
        return folder.resolve(id.text() + INFO);
    }

    /** The data when all of it is safe. */
    Path data() {
        return folder.resolve(id.text() + DATA);
    }

    boolean isComplete() {
        return Files.exists(data());
    }
}
