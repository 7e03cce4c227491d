package im.file.store;

import im.file.transfer.TaskId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder of a {@link DiskStore}: {@code files/<first two digits of the id>/<id>.*}, an id of its own, and a lock that keeps a
 * second process out.
 */
final class StoreFolder implements AutoCloseable {
    private static final int SHARD_DIGITS = 2;

    private final Path files;
    private final UUID id;
    private final FileChannel lockFile;

    private StoreFolder(Path files, UUID id, FileChannel lockFile) {
        this.files = files;
        this.id = id;
        this.lockFile = lockFile;
    }

    static StoreFolder take(Path folder) throws IOException {
        Path files = Files.createDirectories(folder.resolve("files"));
        FileChannel lockFile =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isLocked(lockFile)) {
                throw new IOException("another file-server uses the folder " + folder.toAbsolutePath());
            }
            return new StoreFolder(files, idOf(folder.resolve("id")), lockFile);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private static boolean isLocked(FileChannel lockFile) throws IOException {
        try {
            FileLock lock = lockFile.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    private static UUID idOf(Path file) throws IOException {
        if (!Files.exists(file)) {
            DurableFiles.write(file, UUID.randomUUID().toString());
        }
        String text = Files.readString(file).trim();
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not hold an id: " + text, e);
        }
    }

    UUID id() {
        return id;
    }

    FilePaths pathsOf(TaskId task) {
        return new FilePaths(files.resolve(task.text().substring(0, SHARD_DIGITS)), task);
    }

    /** @return how many uploads there were that no commit had finished */
    int deleteUnfinished() throws IOException {
        int unfinished = 0;
        for (Path path : everything()) {
            String name = path.getFileName().toString();
            if (name.endsWith(FilePaths.PART)) {
                unfinished++;
                Files.delete(path);
            } else if (name.endsWith(DurableFiles.TEMPORARY) || isOrphan(path, name)) {
                Files.delete(path);
            }
        }
        return unfinished;
    }

    private static boolean isOrphan(Path path, String name) {
        return name.endsWith(FilePaths.INFO)
                && !Files.exists(path.resolveSibling(name.replace(FilePaths.INFO, FilePaths.DATA)));
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> all = Files.walk(files)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
