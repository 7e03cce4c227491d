package im.file.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.FileRegion;
import io.netty.util.ReferenceCounted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store promises. */
public abstract class FileStoreContract {
    /** Longer than what any store checks or sends in one piece. */
    protected static final int LONG = 700_000;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** The store under test, without quotas. */
    protected abstract FileStore store();

    protected static FileTask task(long size) {
        return task("r\u00e9sum\u00e9 = \"1\".txt", size);
    }

    protected static FileTask task(String name, long size) {
        return new FileTask(TaskId.random(RANDOM), 1, 4_000_000_000L, name, size);
    }

    protected static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    protected static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    protected static HashCode sha256(byte[] content) {
        return Hashing.sha256().hashBytes(content);
    }

    protected FileStore.Incoming begin(FileTask task) throws Exception {
        return get(get(store().reserve(task, Optional.empty(), true)).begin());
    }

    protected FileStore.Incoming begin(FileTask task, HashCode announced) throws Exception {
        return get(get(store().reserve(task, Optional.of(announced), true)).begin());
    }

    protected static void append(FileStore.Incoming to, byte[] content, long from, long end) throws Exception {
        get(to.append(Unpooled.copiedBuffer(content, (int) from, (int) (end - from))));
    }

    protected static byte[] read(StoredFile file) throws Exception {
        return read(file, 0, (int) file.task().size());
    }

    private static byte[] read(StoredFile file, long offset, int length) throws Exception {
        return bytesOf(get(file.piece(offset, length)));
    }

    /** Gives the piece away. */
    private static byte[] bytesOf(ReferenceCounted piece) throws IOException {
        try {
            if (piece instanceof ByteBuf bytes) {
                return ByteBufUtil.getBytes(bytes);
            }
            FileRegion region = (FileRegion) piece;
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            while (region.transferred() < region.count()) {
                region.transferTo(Channels.newChannel(out), region.transferred());
            }
            return out.toByteArray();
        } finally {
            piece.release();
        }
    }

    protected byte[] contentOf(TaskId id) throws Exception {
        try (StoredFile file = get(store().open(id)).orElseThrow()) {
            return read(file);
        }
    }

    protected CommittedFile stored(byte[] content) throws Exception {
        FileStore.Incoming incoming = begin(task(content.length));
        append(incoming, content, 0, content.length);
        CommittedFile file = get(incoming.commit());
        get(incoming.conclude());
        return file;
    }

    private List<TaskId> listed() throws Exception {
        return get(store().list(Optional.empty(), 1000)).stream()
                .map(file -> file.task().id())
                .toList();
    }

    private List<TaskId> unrecorded() throws Exception {
        return get(store().unrecorded(Optional.empty(), 1000)).stream()
                .map(file -> file.task().id())
                .toList();
    }

    @Test
    void givesBackWhatWasCommitted() throws Exception {
        byte[] content = content(LONG);
        FileTask task = task(LONG);
        FileStore.Incoming incoming = begin(task);
        append(incoming, content, 0, 5);
        append(incoming, content, 5, LONG - 1);
        append(incoming, content, LONG - 1, LONG);
        CommittedFile committed = get(incoming.commit());
        assertThat(committed.task()).isEqualTo(task);
        assertThat(committed.sha256()).isEqualTo(sha256(content));
        assertThat(committed.expiresAt()).isAfter(committed.storedAt());
        try (StoredFile file = get(store().open(task.id())).orElseThrow()) {
            assertThat(file.about()).isEqualTo(committed);
            assertThat(read(file)).isEqualTo(content);
            assertThat(read(file, 4, 3)).isEqualTo(Arrays.copyOfRange(content, 4, 7));
        }
    }

    @Test
    void offersNothingThatWasNotCommitted() throws Exception {
        FileTask task = task(5);
        FileStore.Incoming incoming = begin(task);
        append(incoming, content(5), 0, 5);
        assertThat(get(store().open(task.id()))).isEmpty();
        assertThat(listed()).isEmpty();
        assertThat(unrecorded()).isEmpty();
        get(incoming.suspend());
        assertThat(get(store().open(task.id()))).isEmpty();
        FileStore.Incoming again = begin(task);
        get(again.abandon());
        assertThat(get(store().open(task.id()))).isEmpty();
        assertThat(listed()).isEmpty();
        assertThat(unrecorded()).isEmpty();
    }

    @Test
    void doesNotCommitAFileThatIsNotWhole() throws Exception {
        FileTask task = task(5);
        FileStore.Incoming incoming = begin(task);
        append(incoming, content(5), 0, 4);
        assertThatThrownBy(() -> get(incoming.commit()))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("4 of 5 bytes");
        get(incoming.abandon());
        assertThat(get(store().open(task.id()))).isEmpty();
    }

    @Test
    void takesNoMoreThanWasAnnounced() throws Exception {
        FileStore.Incoming incoming = begin(task(5));
        assertThatThrownBy(() -> append(incoming, content(6), 0, 6)).hasCauseInstanceOf(IOException.class);
        get(incoming.abandon());
    }

    @Test
    void keepsEmptyFiles() throws Exception {
        assertThat(contentOf(stored(new byte[0]).task().id())).isEmpty();
    }

    @Test
    void doesNotKnowOtherIds() throws Exception {
        assertThat(get(store().open(task(1).id()))).isEmpty();
    }

    @Test
    void takesEveryIdOnce() throws Exception {
        FileTask task = task(1);
        FileStore.Reservation first = get(store().reserve(task, Optional.empty(), true));
        assertThatThrownBy(() -> get(store().reserve(task, Optional.empty(), true)))
                .hasCauseInstanceOf(IOException.class);
        first.release();
        get(store().reserve(task, Optional.empty(), true)).release();
    }

    @Test
    void aFileCanBeReadByManyAtOnceAndPiecesOutliveTheirFile() throws Exception {
        byte[] content = content(10);
        TaskId id = stored(content).task().id();
        StoredFile one = get(store().open(id)).orElseThrow();
        StoredFile other = get(store().open(id)).orElseThrow();
        ReferenceCounted piece = get(one.piece(2, 3));
        one.close();
        assertThat(bytesOf(piece)).isEqualTo(Arrays.copyOfRange(content, 2, 5));
        assertThat(read(other)).isEqualTo(content);
        other.close();
    }

    @Test
    void aFileThatIsOpenedInMemoryComesAsBuffers() throws Exception {
        byte[] content = content(10);
        TaskId id = stored(content).task().id();
        StoredFile file = get(store().openInMemory(id)).orElseThrow();
        ReferenceCounted piece = get(file.piece(2, 3));
        file.close();
        assertThat(piece).isInstanceOf(ByteBuf.class);
        assertThat(bytesOf(piece)).isEqualTo(Arrays.copyOfRange(content, 2, 5));
    }

    @Test
    void aFileThatIsNotThereCannotBeOpenedInMemory() throws Exception {
        assertThat(get(store().openInMemory(task(1).id()))).isEmpty();
    }

    @Test
    void saysWhenAFileWillExpireBeforeItComes() throws Exception {
        FileTask task = task(0);
        FileStore.Reservation room = get(store().reserve(task, Optional.empty(), true));
        Instant expiresAt = room.expiresAt();
        assertThat(get(get(room.begin()).commit()).expiresAt()).isEqualTo(expiresAt);
    }

    @Test
    void refusesAnotherFileThanTheOneThatWasAnnounced() throws Exception {
        byte[] content = content(10);
        FileTask task = task(10);
        FileStore.Incoming incoming = begin(task, sha256(content(11)));
        append(incoming, content, 0, 10);
        assertThatThrownBy(() -> get(incoming.commit())).hasCauseInstanceOf(WrongContent.class);
        get(incoming.abandon());
        assertThat(get(store().open(task.id()))).isEmpty();
        FileTask again = task(10);
        FileStore.Incoming right = begin(again, sha256(content));
        append(right, content, 0, 10);
        get(right.commit());
        assertThat(contentOf(again.id())).isEqualTo(content);
    }

    // Going on.

    @Test
    void goesOnWithWhatCameOfAnEarlierUploadOfTheSameFile() throws Exception {
        byte[] content = content(LONG);
        FileStore.Incoming first = begin(task(LONG));
        append(first, content, 0, 600_000);
        get(first.suspend());
        FileTask task = task(LONG);
        FileStore.Incoming second = begin(task);
        long committed = second.committed();
        assertThat(committed).isBetween(1L, 600_000L);
        ByteBuf read = get(second.read(committed - 1000, 1000));
        assertThat(ByteBufUtil.getBytes(read))
                .isEqualTo(Arrays.copyOfRange(content, (int) committed - 1000, (int) committed));
        read.release();
        append(second, content, committed, LONG);
        assertThat(get(second.commit()).sha256()).isEqualTo(sha256(content));
        assertThat(contentOf(task.id())).isEqualTo(content);
        assertThat(begin(task(LONG)).committed()).as("it is used up").isZero();
    }

    @Test
    void goesOnAgainAndAgain() throws Exception {
        byte[] content = content(5 * LONG);
        long came = 0;
        for (int part = 1; part <= 5; part++) {
            FileStore.Incoming incoming = begin(task(content.length));
            assertThat(incoming.committed()).isBetween(Math.max(0, came - LONG / 2), came);
            came = (long) LONG * part;
            append(incoming, content, incoming.committed(), came);
            if (part < 5) {
                get(incoming.suspend());
            } else {
                assertThat(get(incoming.commit()).sha256()).isEqualTo(sha256(content));
            }
        }
    }

    @Test
    void goesOnWithAFileOfWhichEveryByteCame() throws Exception {
        byte[] content = content(LONG);
        FileStore.Incoming first = begin(task(LONG));
        append(first, content, 0, LONG);
        get(first.suspend());
        FileTask task = task(LONG);
        FileStore.Incoming second = begin(task);
        append(second, content, second.committed(), LONG);
        get(second.commit());
        assertThat(contentOf(task.id())).isEqualTo(content);
    }

    @Test
    void goesOnWithTheSameFileOnly() throws Exception {
        byte[] content = content(LONG);
        FileStore.Incoming first = begin(task("a/b/notes.txt", LONG), sha256(content));
        append(first, content, 0, LONG - 1);
        get(first.suspend());
        assertThat(begin(task("other.txt", LONG)).committed()).isZero();
        assertThat(begin(task("notes.txt", LONG + 1)).committed()).isZero();
        FileTask ofAnother = new FileTask(TaskId.random(RANDOM), 2, 4_000_000_000L, "notes.txt", LONG);
        assertThat(begin(ofAnother).committed()).isZero();
        FileTask toAnother = new FileTask(TaskId.random(RANDOM), 1, 3, "notes.txt", LONG);
        assertThat(begin(toAnother).committed()).isZero();
        FileTask toGroup = new FileTask(TaskId.random(RANDOM), 1, 0, "notes.txt", LONG, 4_000_000_000L);
        assertThat(begin(toGroup).committed()).isZero();
        assertThat(begin(task("notes.txt", LONG), sha256(content(1))).committed())
                .isZero();
        assertThat(begin(task("c\\notes.txt", LONG)).committed()).isPositive();
    }

    @Test
    void aFileThatStillComesInIsLeftAlone() throws Exception {
        byte[] content = content(LONG);
        FileStore.Incoming first = begin(task(LONG));
        append(first, content, 0, 600_000);
        FileTask task = task(LONG);
        FileStore.Incoming second = begin(task);
        assertThat(second.committed()).isZero();
        append(second, content, 0, LONG);
        append(first, content, 600_000, LONG);
        get(first.commit());
        get(second.commit());
        assertThat(contentOf(task.id())).isEqualTo(content);
    }

    @Test
    void whoComesBackAtOnceFindsWhatHeLeft() throws Exception {
        byte[] content = content(LONG);
        FileStore.Incoming first = begin(task(LONG));
        FileStore.Reservation room = get(store().reserve(task(LONG), Optional.empty(), true));
        CompletableFuture<Void> appended = first.append(Unpooled.copiedBuffer(content, 0, 600_000));
        CompletableFuture<Void> suspended = first.suspend();
        assertThat(get(room.begin()).committed()).isPositive();
        get(appended);
        get(suspended);
    }

    @Test
    void whatIsAbandonedIsGone() throws Exception {
        FileStore.Incoming first = begin(task(LONG));
        append(first, content(LONG), 0, 600_000);
        get(first.abandon());
        assertThat(begin(task(LONG)).committed()).isZero();
    }

    @Test
    void whatCouldNotBeCommittedMayBeGoneOnWith() throws Exception {
        byte[] content = content(LONG);
        FileStore.Incoming first = begin(task(LONG));
        append(first, content, 0, 600_000);
        assertThatThrownBy(() -> get(first.commit())).hasCauseInstanceOf(IOException.class);
        get(first.suspend());
        FileTask task = task(LONG);
        FileStore.Incoming second = begin(task);
        assertThat(second.committed()).isPositive();
        append(second, content, second.committed(), LONG);
        get(second.commit());
        assertThat(contentOf(task.id())).isEqualTo(content);
    }

    // Being there already.

    /** Committed; its uploader does not know. */
    private CommittedFile unheard(byte[] content) throws Exception {
        FileStore.Incoming incoming = begin(task(content.length));
        append(incoming, content, 0, content.length);
        CommittedFile file = get(incoming.commit());
        get(incoming.suspend());
        return file;
    }

    @Test
    void findsTheFileThatIsThereForAnUploaderWhoDoesNotKnow() throws Exception {
        byte[] content = content(LONG);
        CommittedFile there = unheard(content);
        FileStore.Incoming again = begin(task(LONG), sha256(content));
        assertThat(again.committed()).isEqualTo(LONG);
        ByteBuf read = get(again.read(LONG - 1000, 1000));
        assertThat(ByteBufUtil.getBytes(read)).isEqualTo(Arrays.copyOfRange(content, LONG - 1000, LONG));
        read.release();
        assertThat(get(again.commit())).isEqualTo(there);
        get(again.conclude());
        assertThat(begin(task(LONG)).committed()).as("now he knows").isZero();
        assertThat(listed()).containsExactly(there.task().id());
        assertThat(contentOf(there.task().id())).isEqualTo(content);
    }

    @Test
    void findsItAgainAndAgainUntilHeKnows() throws Exception {
        CommittedFile there = unheard(content(LONG));
        for (int i = 0; i < 3; i++) {
            FileStore.Incoming again = begin(task(LONG));
            CompletableFuture<CommittedFile> commit = again.commit();
            get(again.suspend());
            assertThat(get(commit)).isEqualTo(there);
        }
        get(begin(task(LONG)).suspend());
        assertThat(begin(task(LONG)).committed()).isEqualTo(LONG);
    }

    @Test
    void whoComesBackAtOnceFindsWhatIsBeingCommitted() throws Exception {
        byte[] content = content(LONG);
        FileStore.Incoming first = begin(task(LONG));
        append(first, content, 0, LONG);
        FileStore.Reservation room = get(store().reserve(task(LONG), Optional.empty(), true));
        CompletableFuture<CommittedFile> commit = first.commit();
        first.suspend();
        FileStore.Incoming again = get(room.begin());
        assertThat(get(again.commit())).isEqualTo(get(commit));
    }

    @Test
    void anUploaderWhoKnowsSendsAnotherFile() throws Exception {
        byte[] content = content(LONG);
        FileStore.Incoming first = begin(task(LONG));
        append(first, content, 0, LONG);
        TaskId one = get(first.commit()).task().id();
        get(first.conclude());
        FileStore.Incoming second = begin(task(LONG));
        assertThat(second.committed()).isZero();
        append(second, content, 0, LONG);
        TaskId other = get(second.commit()).task().id();
        assertThat(listed()).containsExactlyInAnyOrder(one, other);
    }

    @Test
    void onlyOneUploadFindsTheFileThatIsThere() throws Exception {
        unheard(content(LONG));
        assertThat(begin(task(LONG)).committed()).isEqualTo(LONG);
        assertThat(begin(task(LONG)).committed()).isZero();
    }

    @Test
    void findsNothingForWhoHasAnotherFileOrMayNotFindOne() throws Exception {
        byte[] content = content(LONG);
        CommittedFile there = unheard(content);
        assertThat(begin(task(LONG), sha256(content(1))).committed()).isZero();
        assertThat(begin(task("other.txt", LONG)).committed()).isZero();
        FileStore.Incoming kept =
                get(get(store().reserve(task(LONG), Optional.empty(), false)).begin());
        assertThat(kept.committed()).isZero();
        FileStore.Incoming changed = begin(task(LONG));
        assertThat(changed.committed()).isEqualTo(LONG);
        get(changed.abandon());
        assertThat(begin(task(LONG)).committed()).isZero();
        assertThat(contentOf(there.task().id())).as("it stays").isEqualTo(content);
    }

    @Test
    void findsNothingOfWhatWasDeleted() throws Exception {
        CommittedFile there = unheard(content(LONG));
        get(store().delete(there.task().id()));
        assertThat(begin(task(LONG)).committed()).isZero();
    }

    @Test
    void findsAnEmptyFileToo() throws Exception {
        CommittedFile there = unheard(new byte[0]);
        assertThat(get(begin(task(0)).commit())).isEqualTo(there);
    }

    // What the database has to know.

    @Test
    void aFileIsUnrecordedUntilSomebodySaysOtherwise() throws Exception {
        CommittedFile one = stored(content(1));
        CommittedFile other = stored(content(2));
        assertThat(get(store().unrecorded(Optional.empty(), 10))).containsExactlyInAnyOrder(one, other);
        get(store().markRecorded(one.task().id()));
        get(store().markRecorded(one.task().id()));
        assertThat(get(store().unrecorded(Optional.empty(), 10))).containsExactly(other);
        assertThat(listed())
                .containsExactlyInAnyOrder(one.task().id(), other.task().id());
    }

    @Test
    void listsFilesInPages() throws Exception {
        List<TaskId> ids = IntStream.range(0, 7)
                .mapToObj(i -> {
                    try {
                        return stored(content(i)).task().id();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .sorted((a, b) -> a.text().compareTo(b.text()))
                .toList();
        assertThat(listed()).isEqualTo(ids);
        assertThat(unrecorded()).isEqualTo(ids);
        assertThat(get(store().list(Optional.empty(), 3)))
                .extracting(f -> f.task().id())
                .isEqualTo(ids.subList(0, 3));
        assertThat(get(store().list(Optional.of(ids.get(2)), 3)))
                .extracting(f -> f.task().id())
                .isEqualTo(ids.subList(3, 6));
        assertThat(get(store().list(Optional.of(ids.get(5)), 3)))
                .extracting(f -> f.task().id())
                .isEqualTo(ids.subList(6, 7));
        assertThat(get(store().unrecorded(Optional.of(ids.get(5)), 3)))
                .extracting(f -> f.task().id())
                .isEqualTo(ids.subList(6, 7));
        assertThat(get(store().list(Optional.of(ids.get(6)), 3))).isEmpty();
    }

    @Test
    void whatIsDeletedIsGoneExceptForThoseWhoReadIt() throws Exception {
        byte[] content = content(100);
        TaskId id = stored(content).task().id();
        StoredFile reading = get(store().open(id)).orElseThrow();
        get(store().delete(id));
        get(store().delete(id));
        assertThat(get(store().open(id))).isEmpty();
        assertThat(listed()).isEmpty();
        assertThat(unrecorded()).isEmpty();
        assertThat(read(reading)).isEqualTo(content);
        reading.close();
    }
}
