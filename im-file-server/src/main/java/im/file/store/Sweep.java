package im.file.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be seen to from time to time, by every process that shares the folder: uploads of processes that are gone, uploads that
 * nobody went on with, remains of commits that did not get to their end, and how much space all of it takes.
 */
final class Sweep {
    private static final Logger log = LoggerFactory.getLogger(Sweep.class);

    /** What changes all the time is taken as it was seen the last time; the next sweep sees better. */
    private static final int TRIES = 3;

    private final StoreFolder folder;
    private final Owner owner;
    private final Partials partials;
    private final CommittedFiles files;
    private final Space space;
    private final Usage usage;
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
            Duration patience,
            InstantSource clock) {
        this.folder = folder;
        this.owner = owner;
        this.partials = partials;
        this.files = files;
        this.space = space;
        this.usage = usage;
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
        files.dropRemains(clock.instant().minus(patience));
    }

    private static List<Path> list(Path of) throws IOException {
        try (Stream<Path> all = Files.list(of)) {
            return all.toList();
        }
    }

    void count() throws IOException {
        files.count(usage);
        boolean counted = false;
        for (int i = 0; i < TRIES && !counted; i++) {
            long changes = usage.changesOf(Usage.PARTIALS);
            counted = usage.counted(Usage.PARTIALS, partialBytes(), changes);
        }
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
