package im.file.store;

import im.file.transfer.TaskId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the pieces of one committed file lie; made of a validated task id and nothing else. */
record FilePaths(Path folder, Path mark, TaskId id) {
    /** Not with a dot: older servers that share the folder would take it, after a day, for what is left of a commit. */
    private static final String FILE = "-file";

    private static final String OLD_DATA = ".data";

    /** All of its bytes, and the {@link FileTail}. The file exists exactly when this does, or {@link #oldData}. */
    Path file() {
        return folder.resolve(id.text() + FILE);
    }

    /** All of its bytes, where a file has its description beside it, as they had before there were tails. */
    Path oldData() {
        return folder.resolve(id.text() + OLD_DATA);
    }

    /** The {@link FileDescription} of such a file. */
    Path oldInfo() {
        return folder.resolve(id.text() + ".info");
    }

    /** The {@link BlockSums} of such a file, where they are not in its description. */
    Path oldSums() {
        return folder.resolve(id.text() + ".sums");
    }

    boolean exists() {
        return Files.exists(file()) || Files.exists(oldData());
    }

    /** Of which file this is the name. */
    static Optional<TaskId> idOf(String name) {
        return List.of(FILE, OLD_DATA).stream()
                .filter(name::endsWith)
                .findFirst()
                .flatMap(suffix -> TaskId.parse(name.substring(0, name.length() - suffix.length())));
    }
}
