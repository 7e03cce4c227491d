package im.file.store;

import im.file.transfer.FileStore;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Room for one file until its upload begins, anew or with what came of an earlier one. */
final class DiskReservation implements FileStore.Reservation {
    private static final Logger log = LoggerFactory.getLogger(DiskReservation.class);

    /** How much is checked of an earlier upload before the thread looks after others. */
    private static final int BLOCKS_AT_A_TIME = 32;

    private final Announcement file;
    private final boolean mayBeThere;
    private final DiskStore store;
    private final Executor disk;
    private CompletableFuture<FileStore.Incoming> begun;

    /** @param disk sequential; from then on the upload's */
    DiskReservation(Announcement file, boolean mayBeThere, DiskStore store, Executor disk) {
        this.file = file;
        this.mayBeThere = mayBeThere;
        this.store = store;
        this.disk = disk;
    }

    @Override
    public Instant expiresAt() {
        return file.expiresAt();
    }

    @Override
    public CompletableFuture<FileStore.Incoming> begin() {
        begun = store.handover()
                .settled(FileKey.of(file.task()))
                .thenCompose(nothing -> DiskStore.run(disk, this::recover))
                .thenCompose(nothing -> DiskStore.run(store.filesPool(), this::takeUnheard))
                .thenCompose(there -> there.isPresent() ? known(there.get()) : partial())
                .whenComplete((incoming, failure) -> {
                    if (failure != null) {
                        release();
                    }
                });
        return begun;
    }

    @Override
    public void leave(Function<FileStore.Incoming, CompletableFuture<Void>> how) {
        store.handover().begun(FileKey.of(file.task()), begun.thenCompose(how));
    }

    /** Whoever sends a file again because its file-server died may be here before the next sweep is. */
    private Void recover() {
        try {
            store.partials().recover(file);
        } catch (IOException e) {
            log.warn("{}: cannot see whether others have some of it: {}", file.task(), e.toString());
        }
        return null;
    }

    private Optional<Unheard.Found> takeUnheard() throws IOException {
        return mayBeThere ? store.unheard().take(file) : Optional.empty();
    }

    private CompletableFuture<FileStore.Incoming> known(Unheard.Found there) {
        log.info("{}: is there already as {}", file.task(), there.file().task().id());
        release();
        return CompletableFuture.completedFuture(new KnownUpload(there, store, disk));
    }

    private CompletableFuture<FileStore.Incoming> partial() {
        return DiskStore.run(disk, this::takeOverOrCreate)
                .thenCompose(partial ->
                        partial.wasAnother() ? verified(partial) : CompletableFuture.completedFuture(partial))
                .thenApply(partial -> new DiskUpload(file, partial, store, disk));
    }

    private PartialFile takeOverOrCreate() throws IOException {
        for (Partials.Broken broken : store.partials().continuations(file)) {
            Optional<PartialFile> taken = store.partials().take(broken, file);
            if (taken.isPresent()) {
                store.space().noLongerPartial(broken.file().task(), broken.size());
                log.info(
                        "{}: goes on with what came of {}",
                        file.task(),
                        broken.file().task().id());
                return taken.get();
            }
        }
        return store.partials().create(file);
    }

    private CompletableFuture<PartialFile> verified(PartialFile partial) {
        return DiskStore.run(disk, () -> verifySome(partial))
                .thenCompose(more -> more ? verified(partial) : CompletableFuture.completedFuture(partial));
    }

    private boolean verifySome(PartialFile partial) throws IOException {
        try {
            boolean more = partial.verify(BLOCKS_AT_A_TIME);
            store.space().written(id(), partial.size());
            return more;
        } catch (IOException | RuntimeException e) {
            partial.close();
            store.partials().drop(partial.paths());
            throw e;
        }
    }

    @Override
    public void release() {
        store.space().release(id());
    }

    private TaskId id() {
        return file.task().id();
    }
}
