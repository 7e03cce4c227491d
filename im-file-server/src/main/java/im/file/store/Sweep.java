package im.file.store;

import im.file.transfer.CommittedFile;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be seen to from time to time, by every process that shares the folder: uploads of processes that are gone, uploads that
 * nobody went on with, remains of commits that did not get to their end, and how much space all of it takes.
 */
final class Sweep {
    private static final Logger log = LoggerFactory.getLogger(Sweep.class);

    /** A shard that changes all the time is taken as it was seen the last time; the next sweep sees better. */
    private static final int TRIES = 3;

    private final StoreFolder folder;
    private final Owner owner;
    private final Partials partials;
    private final CommittedFiles files;
    private final Space space;
    private final Usage usage;
    private final Disk disk;
    private final Duration patience;
    private final InstantSource clock;

    /** @param patience after which remains are taken for remains, and not for the work of somebody who is at it */
    Sweep(
            StoreFolder folder,
            Owner owner,
            Partials partials,
            CommittedFiles files,
            Space space,
            Usage usage,
            Disk disk,
            Duration patience,
            InstantSource clock) {
        this.folder = folder;
        this.owner = owner;
        this.partials = partials;
        this.files = files;
        this.space = space;
        this.usage = usage;
        this.disk = disk;
        this.patience = patience;
        this.clock = clock;
    }

    /** Uploads of processes that are gone become common property. */
    void recover() throws IOException {
        int recovered = owner.recover();
        if (recovered > 0) {
            log.info("store {}: {} uploads of a file-server that is gone may be continued", folder, recovered);
        }
    }

    void dropOld() throws IOException {
        for (Partials.Broken old : partials.dropOld()) {
            space.noLongerPartial(old.file().task(), old.size());
            log.info("{}: nobody went on with it, {} bytes deleted", old.file().task(), old.size());
        }
        for (Path shard : list(folder.files())) {
            dropRemains(shard);
        }
        dropRemains(folder.marks());
    }

    /** Pieces of committed files without their data. */
    private void dropRemains(Path of) throws IOException {
        for (Path piece : list(of)) {
            String name = piece.getFileName().toString();
            int dot = name.indexOf('.');
            Optional<TaskId> id = TaskId.parse(dot < 0 ? name : name.substring(0, dot));
            if (id.isPresent() && !Files.exists(files.dataOf(id.get())) && isOld(piece)) {
                disk.delete(piece);
            }
        }
    }

    private boolean isOld(Path piece) {
        try {
            return Files.getLastModifiedTime(piece)
                    .toInstant()
                    .isBefore(clock.instant().minus(patience));
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }

    private static List<Path> list(Path of) throws IOException {
        try (Stream<Path> all = Files.list(of)) {
            return all.toList();
        }
    }

    /** Counts what lies in the folder. */
    void count() throws IOException {
        List<Path> shards = folder.shards();
        for (int shard = 0; shard < shards.size(); shard++) {
            Path counted = shards.get(shard);
            count(shard, () -> committedIn(counted));
        }
        count(Usage.PARTIALS, this::partialBytes);
    }

    private interface Counting {
        Map<Long, Long> count() throws IOException;
    }

    private void count(int piece, Counting counting) throws IOException {
        boolean counted = false;
        for (int i = 0; i < TRIES && !counted; i++) {
            long changes = usage.changesOf(piece);
            counted = usage.counted(piece, counting.count(), changes);
        }
    }

    private Map<Long, Long> committedIn(Path shard) throws IOException {
        Map<Long, Long> bytesByUser = new HashMap<>();
        for (TaskId id : StoreFolder.committed(shard)) {
            try {
                Optional<CommittedFile> file = files.find(id);
                file.ifPresent(found ->
                        bytesByUser.merge(found.task().from(), found.task().size(), Long::sum));
            } catch (IOException e) {
                log.error("{}: a file without a description: {}", id, e.toString());
            }
        }
        return bytesByUser;
    }

    /** What broke off, and what comes in at others. */
    private Map<Long, Long> partialBytes() throws IOException {
        Map<Long, Long> bytesByUser = new HashMap<>();
        for (Path uploads : owner.others()) {
            add(list(uploads), bytesByUser);
        }
        add(list(folder.partial()), bytesByUser);
        return bytesByUser;
    }

    private static void add(List<Path> uploads, Map<Long, Long> bytesByUser) {
        for (Path upload : uploads) {
            Partials.look(new PartialPaths(upload))
                    .ifPresent(broken -> bytesByUser.merge(broken.file().task().from(), broken.size(), Long::sum));
        }
    }
}
