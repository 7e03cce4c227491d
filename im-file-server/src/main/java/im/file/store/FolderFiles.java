package im.file.store;

import com.google.common.hash.HashCode;
import im.file.transfer.CommittedFile;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import im.server.token.TokenKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are kept in the {@link StoreFolder}. There is one exactly when it has its name, and all of it, which is one
 * file, has survived every loss of power before that.
 */
final class FolderFiles implements CommittedFiles {
    private static final Logger log = LoggerFactory.getLogger(FolderFiles.class);

    /** A shard that changes all the time is taken as it was seen the last time; the next count sees better. */
    private static final int TRIES = 3;

    private final StoreFolder folder;
    private final UUID id;
    private final Disk disk;
    private final Duration retention;
    private final InstantSource clock;
    /** Folders whose own name survives a loss of power. */
    private final Set<Path> safeFolders = ConcurrentHashMap.newKeySet();

    private FolderFiles(StoreFolder folder, UUID id, Disk disk, Duration retention, InstantSource clock) {
        this.folder = folder;
        this.id = id;
        this.disk = disk;
        this.retention = retention;
        this.clock = clock;
    }

    /** Makes what is not there yet. */
    static FolderFiles in(StoreFolder folder, Disk disk, Duration retention, InstantSource clock) throws IOException {
        UUID id = folder.makeForFiles(disk);
        return new FolderFiles(folder, id, disk, retention, clock);
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public TokenKey tokenKey() throws IOException {
        return TokenKeyFile.open(folder.root());
    }

    @Override
    public Arrival arrival(Announcement file, PartialFile partial) {
        return new FolderArrival(file, partial);
    }

    /** Until the move nobody sees the file; before the move all but its name is safe, and afterwards that is too. */
    private final class FolderArrival implements Arrival {
        private final Announcement file;
        private final PartialFile partial;
        private boolean begun;

        FolderArrival(Announcement file, PartialFile partial) {
            this.file = file;
            this.partial = partial;
        }

        @Override
        public void grew(long size) {}

        @Override
        public CompletableFuture<CommittedFile> commit(HashCode sha256) {
            begun = true;
            try {
                return CompletableFuture.completedFuture(FolderFiles.this.commit(partial, file, sha256));
            } catch (IOException | RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public void undo() throws IOException {
            if (begun) {
                // It may have failed after the move.
                delete(file.task().id());
            }
        }
    }

    private CommittedFile commit(PartialFile partial, Announcement file, HashCode sha256) throws IOException {
        CommittedFile stored = new CommittedFile(file.task(), sha256, clock.instant(), file.expiresAt());
        FilePaths paths = folder.pathsOf(file.task().id());
        makeSafe(paths.folder());
        // Before the bytes are forced: a journal takes it with them, and then has nothing left to do for its folder.
        disk.create(paths.mark()).close();
        partial.seal(stored);
        disk.force(folder.marks());
        disk.move(partial.paths().data(), paths.file());
        disk.force(paths.folder());
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

    @Override
    public Optional<StoredFile> open(TaskId id) throws IOException {
        FilePaths paths = folder.pathsOf(id);
        try {
            FileChannel channel = FileChannel.open(paths.file());
            try {
                return Optional.of(new DiskFile(FileTail.read(channel, paths.file()), channel));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException notOfTheseDays) {
            return openOld(paths);
        }
    }

    private Optional<StoredFile> openOld(FilePaths paths) throws IOException {
        try {
            Optional<CommittedFile> file = findOld(paths);
            return file.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new DiskFile(file.get(), FileChannel.open(paths.oldData())));
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    private Optional<CommittedFile> find(TaskId id) throws IOException {
        FilePaths paths = folder.pathsOf(id);
        try (FileChannel channel = FileChannel.open(paths.file())) {
            return Optional.of(FileTail.read(channel, paths.file()));
        } catch (NoSuchFileException notOfTheseDays) {
            return findOld(paths);
        }
    }

    private Optional<CommittedFile> findOld(FilePaths paths) throws IOException {
        if (!Files.exists(paths.oldData())) {
            return Optional.empty();
        }
        try {
            return Optional.of(FileDescription.readOld(paths, retention));
        } catch (NoSuchFileException e) {
            if (Files.exists(paths.oldData())) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Override
    public Optional<CommittedFile> delete(TaskId id) throws IOException {
        FilePaths paths = folder.pathsOf(id);
        if (!Files.exists(paths.folder())) {
            return Optional.empty();
        }
        Optional<CommittedFile> file = find(id);
        boolean isOld = Files.exists(paths.oldData());
        disk.delete(isOld ? paths.oldData() : paths.file());
        disk.force(paths.folder());
        if (isOld) {
            // Last, so that data never lies there without a description.
            disk.delete(paths.oldSums());
            disk.delete(paths.oldInfo());
        }
        disk.delete(paths.mark());
        return file;
    }

    @Override
    public void markRecorded(TaskId id) throws IOException {
        disk.delete(folder.pathsOf(id).mark());
    }

    @Override
    public List<CommittedFile> list(Optional<TaskId> after, int max) throws IOException {
        List<CommittedFile> page = new ArrayList<>();
        List<Path> shards = folder.shards();
        for (int shard = after.map(StoreFolder::shardOf).orElse(0);
                shard < shards.size() && page.size() < max;
                shard++) {
            addTo(page, StoreFolder.committed(shards.get(shard)), after, max);
        }
        return page;
    }

    @Override
    public List<CommittedFile> unrecorded(Optional<TaskId> after, int max) throws IOException {
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

    @Override
    public void dropRemains(Instant before) throws IOException {
        for (Path shard : all(folder.files())) {
            dropRemains(shard, before);
        }
        dropRemains(folder.marks(), before);
    }

    /** Pieces of committed files without their data. */
    private void dropRemains(Path of, Instant before) throws IOException {
        for (Path piece : all(of)) {
            String name = piece.getFileName().toString();
            int dot = name.indexOf('.');
            Optional<TaskId> id = TaskId.parse(dot < 0 ? name : name.substring(0, dot));
            if (id.isPresent() && !folder.pathsOf(id.get()).exists() && isOlder(piece, before)) {
                disk.delete(piece);
            }
        }
    }

    private static boolean isOlder(Path piece, Instant than) {
        try {
            return Files.getLastModifiedTime(piece).toInstant().isBefore(than);
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }

    private static List<Path> all(Path of) throws IOException {
        try (Stream<Path> all = Files.list(of)) {
            return all.toList();
        }
    }

    @Override
    public void count(Usage usage) throws IOException {
        List<Path> shards = folder.shards();
        for (int shard = 0; shard < shards.size(); shard++) {
            boolean counted = false;
            for (int i = 0; i < TRIES && !counted; i++) {
                long changes = usage.changesOf(shard);
                counted = usage.counted(shard, bytesByUser(shards.get(shard)), changes);
            }
        }
    }

    private Map<Long, Long> bytesByUser(Path shard) throws IOException {
        Map<Long, Long> bytesByUser = new HashMap<>();
        for (TaskId file : StoreFolder.committed(shard)) {
            try {
                find(file)
                        .ifPresent(found -> bytesByUser.merge(
                                found.task().from(), found.task().size(), Long::sum));
            } catch (IOException e) {
                log.error("{}: a file without a description: {}", file, e.toString());
            }
        }
        return bytesByUser;
    }

    @Override
    public void close() {}
}
