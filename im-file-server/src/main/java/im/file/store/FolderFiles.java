package im.file.store;

import com.google.common.hash.HashCode;
import im.file.transfer.CommittedFile;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import im.server.token.TokenKey;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * Files that are kept in the {@link StoreFolder}. There is one exactly when its data has its name, and whatever else belongs to it has
 * survived every loss of power before that.
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

    /** Until the move nobody sees the file; before the move all but the name of the data is safe, and afterwards that is too. */
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
        // Before the first that is forced: file systems that keep changes in order force it with that.
        disk.create(paths.mark()).close();
        byte[] sums = partial.sums();
        if (sums.length > FileDescription.MAX_SUMS) {
            disk.write(paths.sums(), ByteBuffer.wrap(sums));
            disk.write(paths.info(), FileDescription.of(stored));
        } else {
            disk.write(paths.info(), FileDescription.of(stored, sums));
        }
        disk.force(paths.folder());
        disk.force(folder.marks());
        disk.move(partial.paths().data(), paths.data());
        disk.force(paths.folder());
        if (partial.wasAnother()) {
            // Else the bytes could have both names after a loss of power, and somebody could go on writing to the old
            // one. Where that
            // says whose they are, nobody does.
            disk.force(partial.paths().folder());
        }
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
        Optional<CommittedFile> file = find(id);
        try {
            return file.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new DiskFile(
                            file.get(), FileChannel.open(folder.pathsOf(id).data())));
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    private Optional<CommittedFile> find(TaskId id) throws IOException {
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

    @Override
    public Optional<CommittedFile> delete(TaskId id) throws IOException {
        FilePaths paths = folder.pathsOf(id);
        if (!Files.exists(paths.folder())) {
            return Optional.empty();
        }
        Optional<CommittedFile> file = find(id);
        disk.delete(paths.data());
        // The description goes last for good, so that data never lies there without one.
        disk.force(paths.folder());
        disk.delete(paths.sums());
        disk.delete(paths.info());
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
            if (id.isPresent() && !Files.exists(folder.pathsOf(id.get()).data()) && isOlder(piece, before)) {
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
