package im.file.store;

import im.file.transfer.TaskId;
import java.nio.file.Path;

/** Where the pieces of one committed file lie; made of a validated task id and nothing else. */
record FilePaths(Path folder, Path mark, TaskId id) {
    static final String DATA = ".data";
    static final String INFO = ".info";
    static final String SUMS = ".sums";

    /** All of its bytes. The file exists exactly when this does. */
    Path data() {
        return folder.resolve(id.text() + DATA);
    }

    /** The {@link FileDescription}. */
    Path info() {
        return folder.resolve(id.text() + INFO);
    }

    /** The {@link BlockSums} of a file that has too many for its description, or is from before they were there. */
    Path sums() {
        return folder.resolve(id.text() + SUMS);
    }
}
