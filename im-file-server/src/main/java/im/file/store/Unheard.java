package im.file.store;

import im.file.transfer.CommittedFile;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/**
 * Committed files whose uploaders do not know it: they are likely to send them once more, and are to find them there.
 *
 * <p>Of each there is still the folder that it had while it came in, without its bytes, which have gone where they belong. It is
 * found by the same key as one that broke off, passes from hand to hand by the same move, and is left to everybody when its server
 * dies. So there is one from the moment of the commit, and nothing has to be written for it. Thread-safe; all of it may block.
 */
final class Unheard {
    private final CommittedFiles files;
    private final Partials partials;
    private final Owner owner;

    Unheard(CommittedFiles files, Partials partials, Owner owner) {
        this.files = files;
        this.partials = partials;
        this.owner = owner;
    }

    /**
     * @param rest what is left of its upload
     * @param file open
     */
    record Found(PartialPaths rest, StoredFile file) {}

    /**
     * Whether there is one that an upload of that file may turn out to be.
     *
     * @param left as {@link Partials#young} found it
     */
    boolean has(Announcement file, List<PartialPaths> left) throws IOException {
        for (PartialPaths rest : left) {
            Optional<StoredFile> there = open(rest, file);
            if (there.isPresent()) {
                there.get().close();
                return true;
            }
        }
        return false;
    }

    /** Takes one; no other upload finds it then. */
    Optional<Found> take(Announcement file) throws IOException {
        for (PartialPaths rest : partials.young(file)) {
            Optional<StoredFile> there = open(rest, file);
            if (there.isPresent()) {
                try {
                    PartialPaths taken =
                            owner.take(rest, rest.folder().getFileName().toString());
                    return Optional.of(new Found(taken, there.get()));
                } catch (IOException e) {
                    there.get().close();
                    if (!(e instanceof NoSuchFileException)) {
                        throw e;
                    }
                    // Somebody was faster; there may be another one.
                }
            }
        }
        return Optional.empty();
    }

    private Optional<StoredFile> open(PartialPaths rest, Announcement wanted) throws IOException {
        Optional<TaskId> id = rest.task();
        if (id.isEmpty() || !isWholeOrEmpty(rest, wanted.task().size())) {
            return Optional.empty();
        }
        Optional<StoredFile> there = files.open(id.get());
        if (there.isPresent() && !isThat(wanted, there.get().about())) {
            there.get().close();
            return Optional.empty();
        }
        return there;
    }

    /** One whose bytes are not all there cannot have been committed. Where they were copied, they may be here still. */
    private static boolean isWholeOrEmpty(PartialPaths rest, long size) throws IOException {
        try {
            return Files.size(rest.data()) >= size;
        } catch (NoSuchFileException gone) {
            return true;
        }
    }

    private static boolean isThat(Announcement file, CommittedFile committed) {
        return file.sha256().isEmpty() || file.sha256().get().equals(committed.sha256());
    }

    /** One that was taken can be found again. */
    void giveBack(Found taken) throws IOException {
        taken.file().close();
        owner.giveAway(taken.rest());
    }

    /** The uploader of one that was taken knows, or has another file. */
    void drop(Found taken) throws IOException {
        taken.file().close();
        owner.drop(taken.rest());
    }
}
