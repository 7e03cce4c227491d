package im.file.store;

import com.google.common.hash.HashCode;
import im.file.transfer.CommittedFile;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that are whole and safe. There is one exactly when its data has its name, and whatever else belongs to it has survived
 * every loss of power before that. Thread-safe.
 */
final class CommittedFiles {
    private static final Logger log = LoggerFactory.getLogger(CommittedFiles.class);

    private final StoreFolder folder;
    private final Disk disk;
    private final Duration retention;
    private final InstantSource clock;
    /** Folders whose own name survives a loss of power. */
    private final Set<Path> safeFolders = ConcurrentHashMap.newKeySet();

    CommittedFiles(StoreFolder folder, Disk disk, Duration retention, InstantSource clock) {
        this.folder = folder;
        this.disk = disk;
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * Makes a committed file of one that is finished. Until the move nobody sees it; before the move all but the name of the data is
     * safe, and when this returns that is too.
     */
    CommittedFile commit(PartialFile partial, Announcement file, HashCode sha256) throws IOException {
        CommittedFile stored = new CommittedFile(file.task(), sha256, clock.instant(), file.expiresAt());
        FilePaths paths = folder.pathsOf(file.task().id());
        makeSafe(paths.folder());
        disk.write(paths.sums(), partial.sums());
        disk.write(paths.info(), FileDescription.of(stored));
        disk.create(paths.mark()).close();
        disk.force(paths.folder());
        disk.force(folder.marks());
        disk.move(partial.paths().data(), paths.data());
        disk.force(paths.folder());
        // Else the bytes could have both names after a loss of power, and somebody could go on writing to the old one.
        disk.force(partial.paths().folder());
        return stored;
    }

    private void makeSafe(Path shard) throws IOException {
        if (!safeFolders.contains(shard)) {
            try {
                disk.makeFolder(shard);
            } catch (FileAlreadyExistsException made) {
                // By somebody who may not have come to forcing it yet.
            }
            disk.force(folder.files());
            safeFolders.add(shard);
        }
    }

    Optional<CommittedFile> find(TaskId id) throws IOException {
        FilePaths paths = folder.pathsOf(id);
        if (!Files.exists(paths.data())) {
            return Optional.empty();
        }
        try {
            return Optional.of(FileDescription.read(paths, retention));
        } catch (NoSuchFileException e) {
            if (Files.exists(paths.data())) {
                throw e;
            }
            return Optional.empty();
        }
    }

    Path dataOf(TaskId id) {
        return folder.pathsOf(id).data();
    }

    void delete(TaskId id) throws IOException {
        FilePaths paths = folder.pathsOf(id);
        if (!Files.exists(paths.folder())) {
            return;
        }
        disk.delete(paths.data());
        // The description goes last for good, so that data never lies there without one.
        disk.force(paths.folder());
        disk.delete(paths.sums());
        disk.delete(paths.info());
        disk.delete(paths.mark());
    }

    void markRecorded(TaskId id) throws IOException {
        disk.delete(folder.pathsOf(id).mark());
    }

    List<CommittedFile> list(Optional<TaskId> after, int max) throws IOException {
        List<CommittedFile> page = new ArrayList<>();
        List<Path> shards = folder.shards();
        for (int shard = after.map(StoreFolder::shardOf).orElse(0);
                shard < shards.size() && page.size() < max;
                shard++) {
            addTo(page, StoreFolder.committed(shards.get(shard)), after, max);
        }
        return page;
    }

    List<CommittedFile> unrecorded(Optional<TaskId> after, int max) throws IOException {
        List<CommittedFile> page = new ArrayList<>();
        try (Stream<Path> marks = Files.list(folder.marks())) {
            List<TaskId> marked = marks.map(path -> path.getFileName().toString())
                    .sorted()
                    .map(TaskId::parse)
                    .flatMap(Optional::stream)
                    .toList();
            addTo(page, marked, after, max);
        }
        return page;
    }

    private void addTo(List<CommittedFile> page, List<TaskId> sorted, Optional<TaskId> after, int max) {
        for (TaskId id : sorted) {
            if (page.size() == max) {
                return;
            }
            if (after.isEmpty() || id.text().compareTo(after.get().text()) > 0) {
                try {
                    find(id).ifPresent(page::add);
                } catch (IOException e) {
                    log.error("{}: a file without a description: {}", id, e.toString());
                }
            }
        }
    }
}
