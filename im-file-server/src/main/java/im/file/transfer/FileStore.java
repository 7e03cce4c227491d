package im.file.transfer;

import com.google.common.hash.HashCode;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Keeps files for users who are away. Several file-servers may share one store; all of them then serve all of its files.
 *
 * <p>Futures complete on a thread of the store; they fail with the {@link java.io.IOException} that the medium gave.
 */
public interface FileStore {
    /** Names this store for ever, wherever it is and whatever address serves it. */
    UUID id();

    /**
     * Sets room aside for a file. Fails with {@link NoRoom} when the store may not or cannot take it; nothing is deleted to make
     * room.
     *
     * @param sha256 what the sender says the whole file has, if it says so
     * @param mayBeThere whether the file may turn out to be committed already, under the id of an earlier upload; see {@link
     *     Incoming#commit}
     */
    CompletableFuture<Reservation> reserve(FileTask task, Optional<HashCode> sha256, boolean mayBeThere);

    /** A committed file, or empty when there is none of that id. Whoever opens it closes it. */
    CompletableFuture<Optional<StoredFile>> open(TaskId id);

    /** As {@link #open}, but all pieces of it come in memory: for connections that cannot send a region of a file, as those with TLS. */
    CompletableFuture<Optional<StoredFile>> openInMemory(TaskId id);

    /**
     * Committed files in the order of their ids.
     *
     * @param after where the page before ended; empty for the first
     * @param max how many there may be in this page; fewer mean that it is the last
     */
    CompletableFuture<List<CommittedFile>> list(Optional<TaskId> after, int max);

    /** As {@link #list}, but only those that {@link Incoming#commit} marked as unrecorded and {@link #markRecorded} has not unmarked. */
    CompletableFuture<List<CommittedFile>> unrecorded(Optional<TaskId> after, int max);

    /** Takes away the mark that a file is not in the database yet. Doing so twice does no harm. */
    CompletableFuture<Void> markRecorded(TaskId id);

    /** Deletes a committed file for good; whoever has it open may read on. Nothing happens when there is none of that id. */
    CompletableFuture<Void> delete(TaskId id);

    /** Room for one file that has not begun to come in. */
    interface Reservation {
        /** When the file is to be deleted if nobody has fetched it. */
        Instant expiresAt();

        /**
         * Starts keeping the file, or goes on where an earlier upload of the same file by the same user to the same receiver broke
         * off, be that at its very end. From now on the room is the {@link Incoming}'s.
         */
        CompletableFuture<Incoming> begin();

        /**
         * Ends an upload whose {@link #begin} need not be done yet, as soon as it is. Whoever begins an upload of the same file
         * after this waits for that end, and so finds what it leaves.
         *
         * @param how one of the ways to end an {@link Incoming}; called on any thread, and not if it does not begin
         */
        void leave(Function<Incoming, CompletableFuture<Void>> how);

        /** Gives the room back, when nobody came. */
        void release();
    }

    /**
     * A file that is being received, in memory of nobody but the store until it is committed. What is asked of it is done in the
     * order of asking, and need not be waited for in between. One of {@link #conclude}, {@link #suspend} and {@link #abandon} ends it.
     */
    interface Incoming {
        /** How many bytes from the start are there already and have the checksums that they had when they came. */
        long committed();

        /** Reads back some of the {@link #committed} bytes. */
        CompletableFuture<ByteBuf> read(long offset, int length);

        /** Writes the next bytes of the file; the buffer is given away. After one that fails all others fail. */
        CompletableFuture<Void> append(ByteBuf data);

        /**
         * When this succeeds the file survives a loss of power, its checksums are known, and it is marked as {@linkplain
         * FileStore#unrecorded unrecorded}. Fails with {@link WrongContent} when it is not the file that was announced. A failed commit
         * leaves the other ways to end.
         *
         * <p>Where an earlier upload got this far and was not {@linkplain #conclude concluded}, this gives its file, with its id.
         */
        CompletableFuture<CommittedFile> commit();

        /** After a commit: the uploader knows of it, so the next upload of the same file is another file. */
        CompletableFuture<Void> conclude();

        /**
         * Keeps for a while what has come so far, for an upload of the same file that goes on from there; after a commit, the way for
         * that to find it.
         */
        CompletableFuture<Void> suspend();

        /** Before a commit, or after one that failed: forgets the file and its bytes. */
        CompletableFuture<Void> abandon();
    }
}
