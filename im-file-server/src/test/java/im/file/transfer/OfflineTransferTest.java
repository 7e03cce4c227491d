package im.file.transfer;

import static im.file.transfer.TransferRole.UPLOADER;
import static im.file.transfer.Wire.ALICE;
import static im.file.transfer.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.file.store.DiskStore;
import im.netlib.ProtocolViolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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

    @TempDir
    Path folder;

    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final ManualClock clock = new ManualClock();
    private final UploadBudget budget = new UploadBudget(1 << 20);
    private final AtomicInteger over = new AtomicInteger();
    private final RecordingPeer alice = new RecordingPeer(ALICE);
    private DiskStore store;
    private OfflineTransfer transfer;
    private Participation uploader;

    @BeforeEach
    void openStore() throws IOException {
        store = DiskStore.open(folder, 2);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private void upload(long size) throws InterruptedException {
        upload(size, WINDOW);
    }

    private void upload(long size, int window) throws InterruptedException {
        transfer = transfer(size, window);
        uploader = transfer.join(UPLOADER, alice);
        uploader.onJoined();
        step();
    }

    private OfflineTransfer transfer(long size, int window) {
        return new OfflineTransfer(
                Wire.task(size),
                new TransferLimits(BLOCK, window, 8, Duration.ofSeconds(3)),
                store,
                budget,
                clock,
                loop::add,
                ended -> over.incrementAndGet());
    }

    private void step() throws InterruptedException {
        Runnable next = loop.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("something from the store").isNotNull();
        next.run();
    }

    private long filesEndingIn(String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(suffix)).count();
        }
    }

    private Path onlyData() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(".data"))
                    .findFirst()
                    .orElseThrow();
        }
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
        for (int i = 0; i < 4; i++) {
            step();
        }
        assertThat(alice.heard).hasSize(8);
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
        assertThat(Files.readAllBytes(onlyData())).isEqualTo(content);
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
        assertThat(alice.heard)
                .containsExactly("pull 0+1024", "pull 1024+1024", "pull 2048+10", "DONE of 1", "finished");
        assertThat(over).hasValue(1);
        assertThat(store.open(Wire.ID).get(10, TimeUnit.SECONDS)).hasValueSatisfying(file -> {
            assertThat(file.task()).isEqualTo(Wire.task(2 * BLOCK + 10));
            file.close();
        });
    }

    @Test
    void storesAnEmptyFileAtOnce() throws Exception {
        upload(0);
        step();
        assertThat(alice.heard).containsExactly("DONE of 1", "finished");
        assertThat(filesEndingIn(".data")).isEqualTo(1);
    }

    @Test
    void cutsTheZeroPaddingOfAClientThatAlwaysSends32KiB() throws Exception {
        upload(10);
        byte[] padded = new byte[32 << 10];
        Arrays.fill(padded, 0, 10, (byte) 'x');
        Wire.block(uploader, 0, padded);
        step();
        step();
        assertThat(alice.heard).endsWith("DONE of 1", "finished");
        assertThat(Files.readString(onlyData())).isEqualTo("xxxxxxxxxx");
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
        assertThat(alice.heard).endsWith("CANCEL of 1", "finished");
        assertThat(alice.heard).filteredOn("finished"::equals).hasSize(1);
        assertThat(over).hasValue(1);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void endsWhenTheUploaderCannotReadItsFile() throws Exception {
        upload(BLOCK);
        Wire.block(uploader, 1, 0, new byte[0]);
        assertThat(alice.heard).endsWith("CANCEL of 1", "finished");
        assertThat(over).hasValue(1);
    }

    @Test
    void leavesNothingBehindOfAnUploadThatBreaks() throws Exception {
        upload(2 * BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        uploader.onGone();
        assertThat(over).hasValue(1);
        assertThat(budget.taken()).isZero();
        store.close();
        assertThat(filesEndingIn(".part") + filesEndingIn(".data") + filesEndingIn(".info"))
                .isZero();
    }

    @Test
    void aFileIsStoredEvenIfTheUploaderLeavesWhileItIsCommitted() throws Exception {
        upload(BLOCK);
        Wire.block(uploader, 0, new byte[BLOCK]);
        step();
        uploader.onGone();
        step();
        assertThat(filesEndingIn(".data")).isEqualTo(1);
        assertThat(over).hasValue(1);
    }

    @Test
    void saysSoWhenTheDiskCannotTakeIt() throws Exception {
        store.close();
        upload(BLOCK);
        assertThat(alice.heard).containsExactly("CANCEL of 1", "finished");
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
        assertThat(alice.heard).endsWith("CANCEL of 1", "finished");
        assertThat(over).hasValue(1);
    }
}
