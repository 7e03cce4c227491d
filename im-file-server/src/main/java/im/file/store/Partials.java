package im.file.store;

import im.file.transfer.FileTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are not whole: those that come in, which are the {@link Owner}'s, and those whose upload broke off, which are anybody's.
 * Thread-safe.
 */
final class Partials {
    private static final Logger log = LoggerFactory.getLogger(Partials.class);

    private final StoreFolder folder;
    private final Owner owner;
    private final Disk disk;
    private final StoreSettings.Resume resume;
    private final Duration retention;
    private final InstantSource clock;

    Partials(StoreFolder folder, Owner owner, Disk disk, StoreSettings settings, InstantSource clock) {
        this.folder = folder;
        this.owner = owner;
        this.disk = disk;
        this.resume = settings.resume();
        this.retention = settings.partialRetention();
        this.clock = clock;
    }

    /** An upload that broke off, as it was found. */
    record Broken(PartialPaths paths, Announcement file, long size) {}

    /** Makes common property of what file-servers that are gone have left of uploads of that file. */
    void recover(Announcement file) throws IOException {
        if (resume.allows(file)) {
            owner.recover(FileKey.of(file.task()));
        }
    }

    /** What an upload of that file may go on with, most bytes first. */
    List<Broken> continuations(Announcement file) throws IOException {
        return continuations(file, young(file));
    }

    /** @param left as {@link #young} found it */
    List<Broken> continuations(Announcement file, List<PartialPaths> left) {
        return left.stream()
                // The bytes of a committed one may still have their old name after a loss of power.
                .filter(paths -> !folder.isCommitted(paths))
                .map(Partials::look)
                .flatMap(Optional::stream)
                .filter(broken -> file.mayContinue(broken.file()))
                .sorted(Comparator.comparingLong(Broken::size).reversed())
                .toList();
    }

    /** What is left of uploads with the key of that file, as far as it may be of use to it. */
    List<PartialPaths> young(Announcement file) throws IOException {
        return resume.allows(file)
                ? StoreFolder.partialsOf(FileKey.of(file.task()), folder.partial()).stream()
                        .filter(paths -> !isOld(paths))
                        .toList()
                : List.of();
    }

    /** Empty when it is not, or no longer, what it should be. */
    static Optional<Broken> look(PartialPaths paths) {
        try {
            Announcement file = FileDescription.readAnnouncement(paths.info());
            // A commit that failed may have left more behind the bytes.
            long size = Math.min(Files.size(paths.data()), file.task().size());
            return Optional.of(new Broken(paths, file, size));
        } catch (IOException e) {
            log.debug("{} is of no use: {}", paths, e.toString());
            return Optional.empty();
        }
    }

    private boolean isOld(PartialPaths paths) {
        try {
            return Files.getLastModifiedTime(Files.exists(paths.data()) ? paths.data() : paths.folder())
                    .toInstant()
                    .isBefore(clock.instant().minus(retention));
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }

    /**
     * Takes over one that broke off.
     *
     * @return empty when somebody else was faster, or nothing can be done with it
     */
    Optional<PartialFile> take(Broken broken, Announcement file) throws IOException {
        PartialPaths taken;
        try {
            taken = owner.take(broken.paths(), nameOf(file.task()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(PartialFile.reopen(disk, taken, file));
        } catch (NoSuchFileException halfMade) {
            owner.drop(taken);
            return Optional.empty();
        } catch (IOException e) {
            undo(e, () -> owner.giveAway(taken));
            throw e;
        }
    }

    PartialFile create(Announcement file) throws IOException {
        PartialPaths paths = owner.own(nameOf(file.task()));
        try {
            return PartialFile.create(disk, paths, file);
        } catch (IOException e) {
            undo(e, () -> owner.drop(paths));
            throw e;
        }
    }

    private interface Step {
        void take() throws IOException;
    }

    private static void undo(IOException failure, Step step) {
        try {
            step.take();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static String nameOf(FileTask task) {
        return PartialPaths.nameOf(FileKey.of(task), task.id());
    }

    /**
     * Puts away what came of an upload that broke off.
     *
     * @return false when it is not to be kept, and was dropped
     */
    boolean putAway(PartialPaths paths, Announcement file) throws IOException {
        if (!resume.allows(file)) {
            owner.drop(paths);
            return false;
        }
        owner.giveAway(paths);
        return true;
    }

    void drop(PartialPaths paths) throws IOException {
        owner.drop(paths);
    }

    /** The bytes are committed elsewhere. */
    void dropData(PartialPaths paths) throws IOException {
        if (Files.exists(paths.data())) {
            disk.delete(paths.data());
        }
    }

    /**
     * Deletes what nobody has gone on with for too long.
     *
     * @return what was deleted, as far as it was of any use
     */
    List<Broken> dropOld() throws IOException {
        return folder.partials().stream()
                .filter(this::isOld)
                .map(this::dropOld)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Broken> dropOld(PartialPaths old) {
        Optional<Broken> known = look(old);
        try {
            owner.drop(owner.take(old, "old." + old.folder().getFileName()));
            return known;
        } catch (IOException e) {
            log.warn("{}: cannot delete what came of it: {}", old, e.toString());
            return Optional.empty();
        }
    }
}
