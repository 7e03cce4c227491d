package im.file.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.file.store.StoreSettings.Resume;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import im.file.transfer.FileStoreContract;
import im.file.transfer.FileTask;
import im.file.transfer.NoRoom;
import im.file.transfer.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest extends FileStoreContract {
    private static final Duration A_DAY = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final List<DiskStore> opened = new ArrayList<>();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private DiskStore store;

    @BeforeEach
    void open() throws IOException {
        now = Instant.now();
        store = another(settings -> settings);
    }

    /** One more store on the same folder, as another file-server has it. */
    private DiskStore another(UnaryOperator<StoreSettings> change) throws IOException {
        DiskStore another = DiskStore.open(change.apply(StoreFixture.settings(folder)), new LocalDisk(), () -> now);
        opened.add(another);
        return another;
    }

    @AfterEach
    void close() throws IOException {
        for (DiskStore each : opened) {
            each.close();
        }
    }

    @Override
    protected FileStore store() {
        return store;
    }

    private void reopen() throws IOException {
        reopen(settings -> settings);
    }

    private void reopen(UnaryOperator<StoreSettings> change) throws IOException {
        opened.remove(store);
        store.close();
        store = another(change);
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }

    private Path committed(TaskId id, String suffix) {
        return folder.resolve("files").resolve(id.text().substring(0, 2)).resolve(id.text() + suffix);
    }

    private TaskId suspended(byte[] content, int came) throws Exception {
        FileTask task = task(content.length);
        FileStore.Incoming incoming = begin(task);
        append(incoming, content, 0, came);
        get(incoming.suspend());
        return task.id();
    }

    private Path partial(TaskId id) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("partial"))) {
            return all.filter(path -> path.toString().endsWith(id.text()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void flipByte(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
        }
    }

    @Test
    void committedFilesMarksAndTheIdOfTheFolderSurviveARestart() throws Exception {
        CommittedFile file = stored(content(LONG));
        UUID id = store.id();
        reopen();
        assertThat(store.id()).isEqualTo(id);
        assertThat(contentOf(file.task().id())).isEqualTo(content(LONG));
        assertThat(get(store.unrecorded(Optional.empty(), 10))).containsExactly(file);
    }

    private CommittedFile described(TaskId id) throws IOException {
        try (FileChannel file = FileChannel.open(committed(id, "-file"))) {
            return FileTail.read(file, id);
        }
    }

    @Test
    void keepsTheBytesOfAFileWithTheChecksumOfEveryBlockAndItsDescriptionInOneFile() throws Exception {
        byte[] content = content(LONG);
        CommittedFile stored = stored(content);
        assertThat(described(stored.task().id())).isEqualTo(stored);
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(committed(stored.task().id(), "-file")));
        assertThat(file.slice(0, LONG)).isEqualTo(ByteBuffer.wrap(content));
        file.position(LONG);
        for (int at = 0; at < LONG; at += BlockSums.BLOCK) {
            int length = Math.min(BlockSums.BLOCK, LONG - at);
            assertThat(file.getInt()).isEqualTo(BlockSums.of(ByteBuffer.wrap(content, at, length)));
        }
        get(store.delete(stored.task().id()));
        assertThat(everything()).containsExactly(folder.resolve("id"));
    }

    @Test
    void aLongNameIsReadBackToo() throws Exception {
        byte[] content = content(10);
        FileTask task = task("n\u00e4me".repeat(2000), content.length);
        FileStore.Incoming incoming = begin(task);
        append(incoming, content, 0, content.length);
        CommittedFile stored = get(incoming.commit());
        assertThat(get(store.list(Optional.empty(), 10))).containsExactly(stored);
        assertThat(described(task.id())).isEqualTo(stored);
    }

    @Test
    void leavesNothingBehindOfFilesThatAreDeletedOrAbandoned() throws Exception {
        get(store.delete(stored(content(LONG)).task().id()));
        FileStore.Incoming abandoned = begin(task(LONG));
        append(abandoned, content(LONG), 0, 600_000);
        get(abandoned.abandon());
        assertThat(everything()).containsExactly(folder.resolve("id"));
    }

    /** Makes it as it was before there were tails. */
    private TaskId storedLongAgo(byte[] content) throws Exception {
        CommittedFile file = stored(content);
        TaskId id = file.task().id();
        Files.write(committed(id, ".data"), content);
        Files.writeString(committed(id, ".info"), FileDescription.of(file));
        Files.write(committed(id, ".sums"), new byte[4]);
        Files.delete(committed(id, "-file"));
        return id;
    }

    @Test
    void aFileFromBeforeThereWereTailsIsServedListedAndDeleted() throws Exception {
        TaskId id = storedLongAgo(content(10));
        TaskId ofToday = stored(content(20)).task().id();
        assertThat(contentOf(id)).isEqualTo(content(10));
        assertThat(get(store.list(Optional.empty(), 10)))
                .extracting(file -> file.task().id())
                .containsExactlyInAnyOrder(id, ofToday);
        now = now.plus(A_DAY).plusSeconds(60);
        store.sweep();
        assertThat(contentOf(id)).isEqualTo(content(10));
        get(store.delete(id));
        get(store.delete(ofToday));
        assertThat(everything()).containsExactly(folder.resolve("id"));
    }

    @Test
    void aFileFromBeforeThereWereBlockChecksumsAndExpiriesIsServed() throws Exception {
        TaskId id = storedLongAgo(content(10));
        List<String> old = Files.readAllLines(committed(id, ".info")).stream()
                .filter(line -> !line.matches("(stored|expires)=.*"))
                .toList();
        Files.write(committed(id, ".info"), old);
        Files.delete(committed(id, ".sums"));
        assertThat(contentOf(id)).isEqualTo(content(10));
        assertThat(get(store.list(Optional.empty(), 1)).get(0).expiresAt()).isAfter(now);
        get(store.delete(id));
        assertThat(everything()).containsExactly(folder.resolve("id"));
    }

    private void assertIsAnErrorAndNoFile(TaskId id, String why) throws Exception {
        assertThatThrownBy(() -> get(store.open(id)))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining(why);
        assertThat(get(store.list(Optional.empty(), 10))).isEmpty();
    }

    @Test
    void aTornDescriptionOfLongAgoIsAnErrorAndNotAFile() throws Exception {
        TaskId id = storedLongAgo(content(10));
        Files.writeString(committed(id, ".info"), "id=" + id.text());
        assertIsAnErrorAndNoFile(id, "does not describe a file");
    }

    @Test
    void aFileWithADamagedTailIsAnErrorAndNotAFile() throws Exception {
        TaskId id = stored(content(10)).task().id();
        Path file = committed(id, "-file");
        flipByte(file, 20);
        assertIsAnErrorAndNoFile(id, "has a description that is damaged");
        flipByte(file, 20);
        flipByte(file, Files.size(file) - 1);
        assertIsAnErrorAndNoFile(id, "does not end as a stored file does");
        flipByte(file, Files.size(file) - 1);
        flipByte(file, Files.size(file) - 16);
        assertIsAnErrorAndNoFile(id, "has no description of");
        flipByte(file, Files.size(file) - 16);
        assertThat(contentOf(id)).isEqualTo(content(10));
    }

    @Test
    void aFileThatHasLostBytesOrHasMoreIsAnErrorAndNotAFile() throws Exception {
        TaskId id = stored(content(10)).task().id();
        Path file = committed(id, "-file");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOfRange(whole, 1, whole.length));
        assertIsAnErrorAndNoFile(id, "which is not what a file of 10 has");
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertIsAnErrorAndNoFile(id, "does not end as a stored file does");
        Files.write(file, new byte[0]);
        assertIsAnErrorAndNoFile(id, "does not end as a stored file does");
    }

    // Going on.

    @Test
    void goesOnAfterARestartInTheMiddleOfAnUpload() throws Exception {
        append(begin(task(LONG)), content(LONG), 0, 600_000);
        reopen();
        assertThat(begin(task(LONG)).committed()).isEqualTo(2 * BlockSums.BLOCK);
    }

    @Test
    void goesOnWithWhatAProcessThatDiedLeftBehindAndThatOfNoOther() throws Exception {
        append(begin(task("of the living", LONG)), content(LONG), 0, 600_000);
        append(begin(task("of the dead", LONG)), content(LONG), 0, 600_000);
        StoreFixture.leaveLikeADeadProcess(folder, FileKey.of(task("of the dead", LONG)));
        store = another(settings -> settings);
        assertThat(begin(task("of the dead", LONG)).committed()).isEqualTo(2 * BlockSums.BLOCK);
        assertThat(begin(task("of the living", LONG)).committed()).isZero();
        assertThat(everything()).noneMatch(path -> path.toString().contains(StoreFixture.DEAD));
    }

    /** The next one may start, or another one be asked, before the system has taken away the lock of the dead. */
    @Test
    void soDoesAStoreThatIsOpenWhenTheOtherDies() throws Exception {
        append(begin(task("of the living", LONG)), content(LONG), 0, 600_000);
        append(begin(task("of the dead", LONG)), content(LONG), 0, 600_000);
        FileStore.Incoming unheard = begin(task("unheard", 5));
        append(unheard, content(5), 0, 5);
        TaskId stored = get(unheard.commit()).task().id();
        store = another(settings -> settings);
        assertThat(begin(task("another", LONG)).committed()).isZero();
        StoreFixture.leaveLikeADeadProcess(folder, FileKey.of(task("of the dead", LONG)));
        StoreFixture.leaveLikeADeadProcess(folder, FileKey.of(task("unheard", 5)));
        assertThat(begin(task("of the dead", LONG)).committed()).isEqualTo(2 * BlockSums.BLOCK);
        assertThat(get(begin(task("unheard", 5)).commit()).task().id()).isEqualTo(stored);
        assertThat(begin(task("of the living", LONG)).committed()).isZero();
        assertThat(everything()).noneMatch(path -> path.toString().contains(StoreFixture.DEAD));
    }

    @Test
    void anotherFileServerOnTheSameFolderGoesOnAndServes() throws Exception {
        byte[] content = content(LONG);
        suspended(content, 600_000);
        DiskStore first = store;
        store = another(settings -> settings);
        assertThat(store.id()).isEqualTo(first.id());
        FileTask task = task(LONG);
        FileStore.Incoming incoming = begin(task);
        assertThat(incoming.committed()).isEqualTo(2 * BlockSums.BLOCK);
        append(incoming, content, incoming.committed(), LONG);
        get(incoming.commit());
        store = first;
        assertThat(contentOf(task.id())).isEqualTo(content);
    }

    @Test
    void takesOverOnlyTheBlocksThatAreAsTheyCame() throws Exception {
        Path data = partial(suspended(content(LONG), 600_000)).resolve("data");
        flipByte(data, BlockSums.BLOCK + 17);
        FileStore.Incoming incoming = begin(task(LONG));
        assertThat(incoming.committed()).isEqualTo(BlockSums.BLOCK);
        append(incoming, content(LONG), BlockSums.BLOCK, LONG);
        assertThat(get(incoming.commit()).sha256()).isEqualTo(sha256(content(LONG)));
    }

    @Test
    void nothingIsKeptOfAFileOfOneBlockThatBreaksOff() throws Exception {
        byte[] content = content(60_000);
        FileStore.Incoming incoming = begin(task(content.length));
        append(incoming, content, 0, 50_000);
        get(incoming.suspend());
        assertThat(everything()).containsExactly(folder.resolve("id"));
        assertThat(begin(task(content.length)).committed()).isZero();
    }

    @Test
    void aFileOfOneBlockWhoseServerDiesInTheMiddleStartsAnew() throws Exception {
        byte[] content = content(60_000);
        append(begin(task("of the dead", content.length)), content, 0, 50_000);
        StoreFixture.leaveLikeADeadProcess(folder, FileKey.of(task("of the dead", content.length)));
        store = another(settings -> settings);
        FileStore.Incoming incoming = begin(task("of the dead", content.length));
        assertThat(incoming.committed()).isZero();
        append(incoming, content, 0, content.length);
        assertThat(get(incoming.commit()).sha256()).isEqualTo(sha256(content));
    }

    @Test
    void startsAnewWhereNothingIsLeftToGoOnWith() throws Exception {
        Files.delete(partial(suspended(content(LONG), 600_000)).resolve("data"));
        assertThat(begin(task(LONG)).committed()).isZero();
        Files.writeString(partial(suspended(content(LONG), 600_000)).resolve("info"), "torn");
        assertThat(begin(task(LONG)).committed()).isZero();
    }

    @Test
    void anOperatorMayTurnGoingOnOff() throws Exception {
        reopen(settings -> StoreFixture.with(settings, Resume.OFF));
        FileStore.Incoming incoming = begin(task(LONG), sha256(content(LONG)));
        append(incoming, content(LONG), 0, 600_000);
        get(incoming.suspend());
        assertThat(begin(task(LONG), sha256(content(LONG))).committed()).isZero();
    }

    @Test
    void anOperatorMayDemandTheChecksumForGoingOn() throws Exception {
        reopen(settings -> StoreFixture.with(settings, Resume.ONLY_WITH_SHA256));
        suspended(content(LONG), 600_000);
        assertThat(begin(task(LONG)).committed()).isZero();
        FileStore.Incoming incoming = begin(task(LONG), sha256(content(LONG)));
        assertThat(incoming.committed()).isZero();
        append(incoming, content(LONG), 0, 600_000);
        get(incoming.suspend());
        assertThat(begin(task(LONG)).committed()).isZero();
        assertThat(begin(task(LONG), sha256(content(LONG))).committed()).isPositive();
    }

    // Growing old.

    @Test
    void whatNobodyGoesOnWithIsDeletedInTheEnd() throws Exception {
        suspended(content(LONG), 600_000);
        now = now.plus(A_DAY).minusSeconds(60);
        store.sweep();
        assertThat(everything()).hasSize(4);
        now = now.plusSeconds(120);
        assertThat(begin(task(LONG)).committed()).isZero();
        reopen();
        store.sweep();
        assertThat(everything()).noneMatch(path -> path.toString().contains("partial"));
    }

    @Test
    void whatIsLeftOfACommitThatDidNotGetToItsEndIsDeletedInTheEnd() throws Exception {
        CommittedFile whole = stored(content(10));
        List<Path> before = everything();
        TaskId id = task(1).id();
        Files.createDirectories(committed(id, "").getParent());
        Files.writeString(committed(id, ".info"), "from before the move");
        Files.writeString(committed(id, ".sums"), "from before the move");
        Files.createFile(folder.resolve("unrecorded").resolve(id.text()));
        assertThat(get(store.unrecorded(Optional.empty(), 10))).containsExactly(whole);
        store.sweep();
        assertThat(everything()).as("somebody may be at it").hasSize(before.size() + 3);
        now = now.plus(A_DAY).plusSeconds(60);
        store.sweep();
        assertThat(everything()).isEqualTo(before);
    }

    // Room.

    private AbstractThrowableAssert<?, ? extends Throwable> assertNoRoom(FileTask task) {
        return assertThatThrownBy(() -> get(store.reserve(task, Optional.empty(), true)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(NoRoom.class);
    }

    @Test
    void refusesAFileThatIsTooLarge() throws Exception {
        reopen(settings -> StoreFixture.withMaxFile(settings, 10 << 20));
        get(store.reserve(task(10 << 20), Optional.empty(), true)).release();
        assertNoRoom(task((10 << 20) + 1)).hasMessage("a file may have at most 10.0 MiB");
    }

    @Test
    void leavesSomeOfTheDiskFree() throws Exception {
        long free = Files.getFileStore(folder).getUsableSpace();
        reopen(settings -> StoreFixture.withMinFree(settings, free / 2));
        assertNoRoom(task(free)).hasMessageContaining("the server has no room for");
        FileStore.Reservation third = get(store.reserve(task(free / 3), Optional.empty(), true));
        assertNoRoom(task(free / 3));
        third.release();
        get(store.reserve(task(free / 3), Optional.empty(), true)).release();
    }

    @Test
    void countsWhatAUserHasAndReservesAndGivesItBack() throws Exception {
        reopen(settings -> StoreFixture.withQuotas(settings, 1000, Long.MAX_VALUE));
        CommittedFile file = stored(content(300));
        FileStore.Reservation room = get(store.reserve(task(400), Optional.empty(), true));
        assertNoRoom(task(301))
                .hasMessage("your files that wait here take 700 bytes of 1000 bytes,"
                        + " which leaves too little for this one");
        FileTask ofAnother = new FileTask(task(1).id(), 2, 1, "a", 1000);
        get(store.reserve(ofAnother, Optional.empty(), true)).release();
        room.release();
        get(store.reserve(task(700), Optional.empty(), true)).release();
        get(store.delete(file.task().id()));
        get(store.reserve(task(1000), Optional.empty(), true)).release();
        assertNoRoom(task(1001));
    }

    @Test
    void countsWhatAllUsersHave() throws Exception {
        reopen(settings -> StoreFixture.withQuotas(settings, Long.MAX_VALUE, 1000));
        stored(content(300));
        FileTask ofAnother = new FileTask(task(1).id(), 2, 1, "a", 701);
        assertNoRoom(ofAnother).hasMessage("the server has no room for 701 bytes");
    }

    @Test
    void knowsAfterARestartWhatIsThereAndSeesLaterWhatOthersDid() throws Exception {
        stored(content(300));
        suspended(content(LONG), 600_000);
        reopen(settings -> StoreFixture.withQuotas(settings, 1_000_000, Long.MAX_VALUE));
        assertNoRoom(task("other", 400_000));
        DiskStore first = store;
        store = another(settings -> settings);
        stored(content(300_000));
        store = first;
        get(store.reserve(task("other", 399_000), Optional.empty(), true)).release();
        store.sweep();
        assertNoRoom(task("other", 399_000));
    }

    @Test
    void whatCameOfABrokenUploadCountsButNotTwiceForTheOneThatGoesOn() throws Exception {
        reopen(settings -> StoreFixture.withQuotas(settings, LONG, Long.MAX_VALUE));
        suspended(content(LONG), 600_000);
        assertNoRoom(task("other", 200_000));
        FileStore.Incoming incoming = begin(task(LONG));
        append(incoming, content(LONG), incoming.committed(), LONG);
        assertNoRoom(task("other", 1));
        get(incoming.abandon());
        get(store.reserve(task("other", LONG), Optional.empty(), true)).release();
    }

    /** Without quotas nothing is counted, so a store does not know what it had before. */
    @Test
    void withoutQuotasAFileFromBeforeARestartMayBeDeletedAndOthersMayStillCome() throws Exception {
        CommittedFile before = stored(content(300));
        reopen();
        get(store.delete(before.task().id()));
        get(store.reserve(task(1), Optional.empty(), true)).release();
        FileTask ofAnother = new FileTask(task(1).id(), 2, 1, "a", 1);
        get(store.reserve(ofAnother, Optional.empty(), true)).release();
    }

    @Test
    void nothingIsOverAnyLimitByDefaultUntilTheDiskIsNearlyFull() throws Exception {
        get(store.reserve(task(1 << 20), Optional.empty(), true)).release();
    }
}
