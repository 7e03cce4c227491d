package im.file.transfer;

import static im.file.transfer.TransferRole.UPLOADER;
import static im.file.transfer.Wire.ALICE;
import static im.file.transfer.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import im.file.store.DiskStore;
import im.file.store.FailingDisk;
import im.file.store.StoreFixture;
import im.netlib.ProtocolViolation;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real store; the event loop is the test's own thread, which takes one step of the store at a time. */
class OfflineTransferTest {
    private static final int BLOCK = 1024;
    private static final int WINDOW = 4 * BLOCK;
    private static final Duration RECORD_WAIT = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final ManualClock clock = new ManualClock();
    private final UploadBudget budget = new UploadBudget(1 << 20);
    private final Meters meters = new Meters();
    private final AtomicInteger over = new AtomicInteger();
    private final RecordingPeer alice = new RecordingPeer(ALICE);
    private final List<CommittedFile> toRecord = new ArrayList<>();
    private CompletableFuture<Void> recorded = CompletableFuture.completedFuture(null);
    private DiskStore store;
    private OfflineTransfer transfer;
    private Participation uploader;

    @BeforeEach
    void openStore() throws IOException {
        store = DiskStore.open(StoreFixture.settings(folder));
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private void upload(long size) throws Exception {
        upload(size, WINDOW);
    }

    private void upload(long size, int window) throws Exception {
        transfer = transfer(size, window);
        join();
        step();
    }

    private void join() {
        uploader = transfer.join(UPLOADER, alice);
        uploader.onJoined();
    }

    private OfflineTransfer transfer(long size, int window) throws Exception {
        return transfer(size, BLOCK, window, Optional.empty());
    }

    private OfflineTransfer transfer(long size, int block, int window, Optional<HashCode> sha256) throws Exception {
        FileTask task = new FileTask(TaskId.random(new SecureRandom()), ALICE, BOB, "notes.txt", size);
        return new OfflineTransfer(
                task,
                new TransferLimits(block, window, 8, 0, Duration.ofSeconds(3), RECORD_WAIT),
                store.reserve(task, sha256, true).get(10, TimeUnit.SECONDS),
                file -> {
                    toRecord.add(file);
                    return recorded;
                },
                budget,
                clock,
                meters.of(TransferMode.UPLOAD),
                loop::add,
                ended -> over.incrementAndGet());
    }

    private void step() throws InterruptedException {
        Runnable next = loop.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("something from the store").isNotNull();
        next.run();
    }

    private void assertEnded(End how) {
        assertThat(meters.ended(TransferMode.UPLOAD)).isOne();
        assertThat(meters.ended(TransferMode.UPLOAD, how)).isOne();
    }

    private long filesEndingIn(String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(suffix)).count();
        }
    }

    private Path onlyData() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith("-file"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** What stands behind the bytes is the store's affair. */
    private void assertStored(byte[] content) throws IOException {
        assertThat(Arrays.copyOf(Files.readAllBytes(onlyData()), content.length))
                .isEqualTo(content);
    }

    @Test
    void withoutAWindowAsksForABlockWhenTheOneBeforeIsWritten() throws Exception {
        upload(2 * BLOCK, BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        assertThat(alice.heard).containsExactly("pull 0+1024");
        step();
        assertThat(alice.heard).containsExactly("pull 0+1024", "pull 1024+1024");
        Wire.block(uploader, BLOCK, new byte[BLOCK]);
        step();
        step();
        step();
        assertThat(alice.heard).endsWith("DONE of 1", "finished");
    }

    @Test
    void asksForMoreBlocksAtATimeWithEachAnswerUpToItsWindow() throws Exception {
        upload(10 * BLOCK);
        assertThat(alice.heard).containsExactly("pull 0+1024");
        Wire.block(uploader, 0, new byte[BLOCK]);
        assertThat(alice.heard).containsExactly("pull 0+1024", "pull 1024+1024", "pull 2048+1024");
        step();
        assertThat(alice.heard).hasSize(4);
        Wire.block(uploader, BLOCK, new byte[BLOCK]);
        assertThat(alice.heard).hasSize(5);
        Wire.block(uploader, 2 * BLOCK, new byte[BLOCK]);
        assertThat(alice.heard).hasSize(5).endsWith("pull 4096+1024");
        step();
        step();
        assertThat(alice.heard).hasSize(7).endsWith("pull 6144+1024");
        assertThat(budget.taken()).isEqualTo(WINDOW);
    }

    @Test
    void keepsNoMoreInMemoryThanItsWindowWhileTheDiskIsSlow() throws Exception {
        upload(100 * BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        Wire.block(uploader, BLOCK, new byte[BLOCK]);
        Wire.block(uploader, 2 * BLOCK, new byte[BLOCK]);
        Wire.block(uploader, 3 * BLOCK, new byte[BLOCK]);
        assertThat(alice.heard).as("nothing was written").hasSize(4);
        step();
        assertThat(alice.heard).as("one was written").hasSize(5);
        step();
        assertThat(alice.heard).as("all were written").hasSize(8);
        assertThat(budget.taken()).isEqualTo(WINDOW);
    }

    @Test
    void whatHasComeIsKeptWhenTheUploaderVanishesBeforeTheStoreHasAllOfIt() throws Exception {
        byte[] content = content();
        transfer = transfer(LONG, BIG_BLOCK, LONG, Optional.empty());
        join();
        step();
        Wire.block(uploader, 0, Arrays.copyOf(content, BIG_BLOCK));
        step();
        for (int at = BIG_BLOCK; at < COMMITTED; at += BIG_BLOCK) {
            assertThat(alice.heard).contains("pull " + at + "+" + BIG_BLOCK);
            Wire.block(uploader, at, Arrays.copyOfRange(content, at, at + BIG_BLOCK));
        }
        uploader.onGone();
        step();
        step();
        assertThat(budget.taken()).isZero();
        beginLong(Optional.empty());
        step();
        assertThat(alice.heard).containsExactly("pull " + (COMMITTED - BIG_BLOCK) + "+" + BIG_BLOCK);
    }

    @Test
    void whatHasComeIsForgottenWhenTheUploaderCancels() throws Exception {
        upload(100 * BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        Wire.block(uploader, BLOCK, new byte[BLOCK]);
        Wire.state(uploader, FileState.CANCEL, ALICE);
        step();
        assertThat(loop).isEmpty();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void storesWhatCameWhileEarlierBlocksWereOnTheirWayToTheDisk() throws Exception {
        byte[] content = new byte[50 * BLOCK + 7];
        new Random(1).nextBytes(content);
        upload(content.length);
        int answered = 0;
        while (!alice.finished) {
            List<String> pulls = alice.heard.stream()
                    .filter(heard -> heard.startsWith("pull"))
                    .toList();
            for (; answered < pulls.size(); answered++) {
                int offset = answered * BLOCK;
                int length = Math.min(BLOCK, content.length - offset);
                assertThat(pulls.get(answered)).isEqualTo("pull " + offset + "+" + length);
                Wire.block(uploader, offset, Arrays.copyOfRange(content, offset, offset + length));
            }
            step();
        }
        assertThat(answered).isEqualTo(51);
        assertStored(content);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void pullsAscendingBlocksOnceAndTheExactRestLastThenSaysDone() throws Exception {
        upload(2 * BLOCK + 10);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        Wire.block(uploader, BLOCK, new byte[BLOCK]);
        step();
        Wire.block(uploader, 2 * BLOCK, new byte[10]);
        step();
        step();
        step();
        assertThat(alice.heard)
                .containsExactly("pull 0+1024", "pull 1024+1024", "pull 2048+10", "DONE of 1", "finished");
        assertThat(over).hasValue(1);
        assertEnded(End.DONE);
        assertThat(meters.timed(TransferMode.UPLOAD)).as("one at a time").isEqualTo(2);
        assertThat(meters.registry.get("im.upload.commit").timer().count()).isOne();
        assertThat(store.open(transfer.task().id()).get(10, TimeUnit.SECONDS)).hasValueSatisfying(file -> {
            assertThat(file.task()).isEqualTo(transfer.task());
            file.close();
        });
    }

    @Test
    void storesAnEmptyFileAtOnce() throws Exception {
        upload(0);
        step();
        step();
        assertThat(alice.heard).containsExactly("DONE of 1", "finished");
        assertThat(filesEndingIn("-file")).isEqualTo(1);
    }

    @Test
    void cutsTheZeroPaddingOfAClientThatAlwaysSends32KiB() throws Exception {
        upload(10);
        byte[] padded = new byte[32 << 10];
        Arrays.fill(padded, 0, 10, (byte) 'x');
        Wire.block(uploader, 0, padded);
        step();
        step();
        step();
        assertThat(alice.heard).endsWith("DONE of 1", "finished");
        assertStored(Arrays.copyOf(padded, 10));
    }

    @Test
    void refusesShortLongUnaskedAndRepeatedBlocks() throws Exception {
        upload(3 * BLOCK);
        assertThatThrownBy(() -> Wire.block(uploader, 0, new byte[BLOCK - 1])).isInstanceOf(ProtocolViolation.class);
        assertThatThrownBy(() -> Wire.block(uploader, 0, new byte[BLOCK + 1])).isInstanceOf(ProtocolViolation.class);
        assertThatThrownBy(() -> Wire.block(uploader, BLOCK, new byte[BLOCK])).isInstanceOf(ProtocolViolation.class);
        Wire.block(uploader, 0, new byte[BLOCK]);
        assertThatThrownBy(() -> Wire.block(uploader, 0, new byte[BLOCK])).isInstanceOf(ProtocolViolation.class);
        assertThatThrownBy(() -> Wire.block(uploader, 2 * BLOCK, new byte[BLOCK]))
                .as("asked for, but not yet its turn")
                .isInstanceOf(ProtocolViolation.class);
        step();
    }

    @Test
    void aBlockThatTheDiskCannotTakeFailsTheUploadWhateverElseIsOnItsWay() throws Exception {
        upload(100 * BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        store.close();
        Wire.block(uploader, BLOCK, new byte[BLOCK]);
        Wire.block(uploader, 2 * BLOCK, new byte[BLOCK]);
        step();
        step();
        assertThat(alice.heard).endsWith("CANCEL of 1: the server cannot store it", "finished");
        assertThat(alice.heard).filteredOn("finished"::equals).hasSize(1);
        assertThat(over).hasValue(1);
        assertEnded(End.STORE);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void endsWhenTheUploaderCannotReadItsFile() throws Exception {
        upload(BLOCK);
        Wire.block(uploader, 1, 0, new byte[0]);
        assertThat(alice.heard).endsWith("CANCEL of 1: the uploader could not read its file: result 1", "finished");
        assertThat(over).hasValue(1);
        assertEnded(End.UNREADABLE);
    }

    @Test
    void leavesNoFileBehindOfAnUploadThatBreaks() throws Exception {
        upload(2 * BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        uploader.onGone();
        assertThat(over).hasValue(1);
        assertThat(budget.taken()).isZero();
        store.close();
        assertThat(filesEndingIn("-file")).isZero();
    }

    @Test
    void aFileIsStoredEvenIfTheUploaderLeavesWhileItIsCommitted() throws Exception {
        upload(BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        uploader.onGone();
        step();
        assertThat(filesEndingIn("-file")).isEqualTo(1);
        assertThat(over).hasValue(1);
    }

    @Test
    void itShowsHowFarItIs() throws Exception {
        transfer = transfer(BLOCK + 10, WINDOW);
        assertThat(transfer.phase()).isEqualTo(Phase.WAITING);
        join();
        assertThat(transfer.bytesDone()).as("the store has not begun").isZero();
        step();
        assertThat(transfer.phase()).isEqualTo(Phase.RUNNING);
        Wire.block(uploader, 0, new byte[BLOCK]);
        assertThat(transfer.bytesDone()).isEqualTo(BLOCK);
        step();
        Wire.block(uploader, BLOCK, new byte[10]);
        step();
        assertThat(transfer.phase()).isEqualTo(Phase.COMMITTING);
        recorded = new CompletableFuture<>();
        step();
        assertThat(transfer.phase()).isEqualTo(Phase.RECORDING);
        assertThat(transfer.bytesDone()).isEqualTo(BLOCK + 10);
    }

    private void storedButNotRecorded() throws Exception {
        recorded = new CompletableFuture<>();
        upload(BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        step();
    }

    @Test
    void saysDoneOnlyWhenTheStoredFileIsRecorded() throws Exception {
        storedButNotRecorded();
        assertThat(toRecord).extracting(CommittedFile::task).containsExactly(transfer.task());
        assertThat(filesEndingIn("-file")).isEqualTo(1);
        Wire.state(uploader, FileState.CANCEL, ALICE);
        assertThat(alice.heard).containsExactly("pull 0+1024");
        assertThat(over).hasValue(0);
        recorded.complete(null);
        step();
        assertThat(alice.heard).endsWith("DONE of 1", "finished");
        assertThat(over).hasValue(1);
    }

    @Test
    void doesNotGiveUpAsLongAsTheUploaderWaitsForTheRecord() throws Exception {
        storedButNotRecorded();
        clock.advance(RECORD_WAIT.minusMillis(1));
        transfer.expire();
        assertThat(over).hasValue(0);
        recorded.complete(null);
        step();
        assertThat(alice.heard).endsWith("DONE of 1", "finished");
        clock.advance(RECORD_WAIT);
        assertThat(over).hasValue(1);
    }

    @Test
    void tellsAnUploaderThatHasWaitedTooLongThatTheFileIsStored() throws Exception {
        storedButNotRecorded();
        clock.advance(RECORD_WAIT);
        assertThat(alice.heard)
                .endsWith(
                        "CANCEL of 1: it is stored, and its receiver will be told, but nobody can confirm that now",
                        "finished");
        assertThat(recorded).isCancelled();
        assertThat(over).hasValue(1);
        assertThat(filesEndingIn("-file")).isEqualTo(1);
        step();
        uploader.onGone();
        assertThat(over).hasValue(1);
    }

    @Test
    void tellsTheUploaderThatAFileCanNeverBeRecorded() throws Exception {
        storedButNotRecorded();
        recorded.completeExceptionally(new IOException("refused"));
        step();
        assertThat(alice.heard).endsWith("CANCEL of 1: it is stored, but its receiver cannot be told", "finished");
        assertThat(filesEndingIn("-file")).isEqualTo(1);
    }

    @Test
    void doesNotWaitForTheRecordOnceTheUploaderHasLeft() throws Exception {
        storedButNotRecorded();
        uploader.onGone();
        assertThat(recorded).isCancelled();
        assertThat(over).hasValue(1);
        assertThat(filesEndingIn("-file")).isEqualTo(1);
        step();
        assertThat(alice.heard).containsExactly("pull 0+1024");
        assertEnded(End.UNCONFIRMED);
    }

    @Test
    void saysSoWhenTheDiskCannotTakeIt() throws Exception {
        transfer = transfer(BLOCK, WINDOW);
        store.close();
        join();
        step();
        assertThat(alice.heard).containsExactly("CANCEL of 1: the server cannot store it", "finished");
        assertThat(over).hasValue(1);
    }

    @Test
    void onlyTheSenderUploadsAndOnlyOnce() throws Exception {
        upload(BLOCK);
        assertThat(transfer.admits(UPLOADER, ALICE)).isFalse();
        assertThat(transfer.admits(TransferRole.DOWNLOADER, BOB)).isFalse();
        OfflineTransfer fresh = transfer(BLOCK, WINDOW);
        assertThat(fresh.admits(UPLOADER, BOB)).isFalse();
        assertThat(fresh.admits(TransferRole.SENDER, ALICE)).isFalse();
        assertThat(fresh.admits(UPLOADER, ALICE)).isTrue();
    }

    @Test
    void expiresInTheMiddleOfAnUpload() throws Exception {
        upload(BLOCK);
        transfer.expire();
        assertThat(alice.heard).endsWith("CANCEL of 1: expired", "finished");
        assertThat(over).hasValue(1);
        assertEnded(End.EXPIRED);
    }

    @Test
    void givesItsRoomBackWhenTheUploaderDoesNotCome() throws Exception {
        transfer = transfer(BLOCK, WINDOW);
        transfer.expire();
        assertThat(over).hasValue(1);
        assertEnded(End.EXPIRED);
        assertThat(meters.started(TransferMode.UPLOAD)).isZero();
        assertThat(transfer(BLOCK, WINDOW).admits(UPLOADER, ALICE)).isTrue();
    }

    // Going on.

    private static final int LONG = 600_000;
    private static final int BIG_BLOCK = 32 << 10;
    /** As far as whole blocks with checksums go. */
    private static final int COMMITTED = 512 << 10;

    private static byte[] content() {
        byte[] content = new byte[LONG];
        new Random(7).nextBytes(content);
        return content;
    }

    private void beginLong(Optional<HashCode> sha256) throws Exception {
        alice.heard.clear();
        alice.finished = false;
        transfer = transfer(LONG, BIG_BLOCK, BIG_BLOCK, sha256);
        join();
        step();
    }

    /** Answers every pull from there on until there are no more or the bytes end. */
    private void answer(byte[] content, int from, int end) throws Exception {
        for (int at = from; at < end; at += BIG_BLOCK) {
            int length = Math.min(BIG_BLOCK, content.length - at);
            assertThat(alice.heard).endsWith("pull " + at + "+" + length);
            Wire.block(uploader, at, Arrays.copyOfRange(content, at, at + length));
            step();
        }
    }

    private void brokenOff(byte[] content) throws Exception {
        beginLong(Optional.empty());
        answer(content, 0, 540_000);
        uploader.onGone();
    }

    @Test
    void goesOnFromTheLastBlockThatIsThereWhichHasToComeAsItDid() throws Exception {
        byte[] content = content();
        brokenOff(content);
        beginLong(Optional.empty());
        step();
        int last = COMMITTED - BIG_BLOCK;
        assertThat(alice.heard).containsExactly("pull " + last + "+" + BIG_BLOCK);
        Wire.block(uploader, last, Arrays.copyOfRange(content, last, COMMITTED));
        answer(content, COMMITTED, LONG);
        step();
        step();
        assertThat(alice.heard).endsWith("DONE of 1", "finished");
        assertStored(content);
        assertThat(budget.taken()).isZero();
        assertThat(meters.started(TransferMode.UPLOAD)).isEqualTo(2);
        assertThat(meters.resumed(TransferMode.UPLOAD)).isOne();
        assertThat(meters.ended(TransferMode.UPLOAD, End.VANISHED)).isOne();
        assertThat(meters.ended(TransferMode.UPLOAD, End.DONE)).isOne();
    }

    @Test
    void aFileThatHasChangedIsRefusedAndComesWholeTheNextTime() throws Exception {
        byte[] content = content();
        brokenOff(content);
        byte[] changed = content.clone();
        changed[COMMITTED - 1]++;
        beginLong(Optional.empty());
        step();
        int last = COMMITTED - BIG_BLOCK;
        Wire.block(uploader, last, Arrays.copyOfRange(changed, last, COMMITTED));
        assertThat(alice.heard)
                .endsWith(
                        "CANCEL of 1: the file has changed since the upload that broke off; send it once more",
                        "finished");
        assertThat(budget.taken()).isZero();
        beginLong(Optional.empty());
        answer(changed, 0, LONG);
        step();
        assertStored(changed);
    }

    @Test
    void anEditBeforeTheLastBlockIsFoundWhereTheSenderSaysWhatTheWholeHasToBe() throws Exception {
        byte[] content = content();
        brokenOff(content);
        byte[] changed = content.clone();
        changed[0]++;
        beginLong(Optional.of(Hashing.sha256().hashBytes(changed)));
        step();
        int last = COMMITTED - BIG_BLOCK;
        Wire.block(uploader, last, Arrays.copyOfRange(changed, last, COMMITTED));
        answer(changed, COMMITTED, LONG);
        step();
        assertThat(alice.heard).endsWith("CANCEL of 1: the file has changed since it was announced", "finished");
        assertThat(filesEndingIn("-file")).isZero();
    }

    @Test
    void aWholeFileThatWasNotCommittedStillHasItsLastBlockCompared() throws Exception {
        byte[] content = Arrays.copyOf(content(), COMMITTED);
        FileStore.Incoming whole = store.reserve(Wire.task(COMMITTED), Optional.empty(), true)
                .get(10, TimeUnit.SECONDS)
                .begin()
                .get(10, TimeUnit.SECONDS);
        whole.append(Unpooled.wrappedBuffer(content)).get(10, TimeUnit.SECONDS);
        whole.suspend().get(10, TimeUnit.SECONDS);
        upload(COMMITTED);
        step();
        assertThat(alice.heard).containsExactly("pull " + (COMMITTED - BLOCK) + "+" + BLOCK);
        Wire.block(uploader, COMMITTED - BLOCK, Arrays.copyOfRange(content, COMMITTED - BLOCK, COMMITTED));
        step();
        step();
        assertThat(alice.heard).endsWith("DONE of 1", "finished");
        assertStored(content);
    }

    // Being there already.

    /** Stored, in one block. */
    private FileTask stored() throws Exception {
        alice.finished = false;
        upload(BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        step();
        step();
        assertThat(alice.heard).endsWith("DONE of 1", "finished");
        return transfer.task();
    }

    /** Sends it again: its last block is asked for and comes, if it is there, and the word is given. */
    private void sendAgain(boolean isThere) throws Exception {
        alice.heard.clear();
        upload(BLOCK);
        if (isThere) {
            step();
        }
        Wire.block(uploader, 0, new byte[BLOCK]);
        if (!isThere) {
            step();
        }
        step();
        step();
        assertThat(alice.heard).containsExactly("pull 0+1024", "DONE of 1", "finished");
        assertThat(filesEndingIn("-file")).isEqualTo(isThere ? 1 : 2);
    }

    @Test
    void whoMayNotHaveHeardThatItIsDoneHearsItWhenHeSendsItAgain() throws Exception {
        FileTask task = stored();
        alice.tookEverything = false;
        uploader.onGone();
        sendAgain(true);
        assertThat(toRecord).hasSize(2).extracting(CommittedFile::task).containsOnly(task);
    }

    @Test
    void whoHeardThatItIsDoneSendsAnotherFile() throws Exception {
        stored();
        uploader.onGone();
        sendAgain(false);
    }

    @Test
    void whoLeavesWhileItIsCommittedHearsItWhenHeSendsItAgain() throws Exception {
        upload(BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        uploader.onGone();
        step();
        step();
        sendAgain(true);
    }

    @Test
    void whoDoesNotWaitForTheRecordHearsItWhenHeSendsItAgain() throws Exception {
        storedButNotRecorded();
        uploader.onGone();
        step();
        recorded = CompletableFuture.completedFuture(null);
        sendAgain(true);
    }

    @Test
    void whoHasWaitedTooLongHearsItWhenHeSendsItAgain() throws Exception {
        storedButNotRecorded();
        clock.advance(RECORD_WAIT);
        step();
        recorded = CompletableFuture.completedFuture(null);
        sendAgain(true);
    }

    @Test
    void whatCanNeverBeRecordedIsStoredAnewWhenItIsSentAgain() throws Exception {
        storedButNotRecorded();
        recorded.completeExceptionally(new IOException("refused"));
        step();
        recorded = CompletableFuture.completedFuture(null);
        sendAgain(false);
    }

    @Test
    void anotherFileIsRefusedOnceAndThenStoredBesideTheOneThatIsThere() throws Exception {
        stored();
        alice.tookEverything = false;
        uploader.onGone();
        upload(BLOCK);
        step();
        byte[] other = new byte[BLOCK];
        other[BLOCK - 1] = 1;
        Wire.block(uploader, 0, other);
        assertThat(alice.heard)
                .endsWith(
                        "CANCEL of 1: the file has changed since the upload that broke off; send it once more",
                        "finished");
        sendAgain(false);
    }

    @Test
    void anUploadThatIsCancelledIsNotContinued() throws Exception {
        beginLong(Optional.empty());
        answer(content(), 0, 540_000);
        Wire.state(uploader, FileState.CANCEL, ALICE);
        assertThat(alice.heard).endsWith("CANCEL of 1: the uploader cancelled", "finished");
        beginLong(Optional.empty());
        assertThat(alice.heard).containsExactly("pull 0+" + BIG_BLOCK);
    }

    @Test
    void whoLeavesBeforeTheStoreIsReadyLosesNothing() throws Exception {
        brokenOff(content());
        transfer = transfer(LONG, BIG_BLOCK, BIG_BLOCK, Optional.empty());
        join();
        uploader.onGone();
        step();
        beginLong(Optional.empty());
        step();
        assertThat(alice.heard).containsExactly("pull " + (COMMITTED - BIG_BLOCK) + "+" + BIG_BLOCK);
    }

    /** Instead of the store that is open. */
    private FailingDisk openStoreOnSlowDisk() throws IOException {
        FailingDisk disk = new FailingDisk();
        store.close();
        store = StoreFixture.open(folder, disk);
        return disk;
    }

    @Test
    void whoComesBackWhileTheStoreChecksWhatIsThereGoesOnFromThat() throws Exception {
        FailingDisk disk = openStoreOnSlowDisk();
        brokenOff(content());
        CountDownLatch held = disk.holdReads();
        transfer = transfer(LONG, BIG_BLOCK, BIG_BLOCK, Optional.empty());
        join();
        uploader.onGone();
        alice.heard.clear();
        transfer = transfer(LONG, BIG_BLOCK, BIG_BLOCK, Optional.empty());
        join();
        held.countDown();
        while (alice.heard.isEmpty()) {
            step();
        }
        assertThat(alice.heard).containsExactly("pull " + (COMMITTED - BIG_BLOCK) + "+" + BIG_BLOCK);
    }

    @Test
    void doesNotExpireWhileTheStoreChecksWhatIsThere() throws Exception {
        FailingDisk disk = openStoreOnSlowDisk();
        brokenOff(content());
        alice.heard.clear();
        CountDownLatch held = disk.holdReads();
        transfer = transfer(LONG, BIG_BLOCK, BIG_BLOCK, Optional.empty());
        join();
        clock.advance(Duration.ofDays(1));
        transfer.expire();
        held.countDown();
        while (alice.heard.isEmpty()) {
            step();
        }
        assertThat(alice.heard).containsExactly("pull " + (COMMITTED - BIG_BLOCK) + "+" + BIG_BLOCK);
        assertThat(transfer.lastActivity()).isEqualTo(clock.nanoTime());
    }

    @Test
    void whoCancelsBeforeTheStoreIsReadyStartsAnew() throws Exception {
        brokenOff(content());
        transfer = transfer(LONG, BIG_BLOCK, BIG_BLOCK, Optional.empty());
        join();
        Wire.state(uploader, FileState.CANCEL, ALICE);
        step();
        beginLong(Optional.empty());
        assertThat(alice.heard).containsExactly("pull 0+" + BIG_BLOCK);
    }

    @Test
    void aBlockThatComesBeforeItWasAskedForIsRefused() throws Exception {
        transfer = transfer(BLOCK, WINDOW);
        join();
        assertThatThrownBy(() -> Wire.block(uploader, 0, new byte[BLOCK])).isInstanceOf(ProtocolViolation.class);
    }
}
