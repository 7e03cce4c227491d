package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.block;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileState;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.testkit.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads of clients that know nothing of resuming, broken off and sent again to a real file-server. */
class ResumeIT {
    private static final int SIZE = 5_000_000;
    private static final int BLOCK = 32 << 10;
    /** What the store has a checksum for. */
    private static final int CHECKED = 256 << 10;

    private static final byte[] CONTENT = new byte[SIZE];

    static {
        new Random(SIZE).nextBytes(CONTENT);
    }

    @TempDir
    Path folder;

    private FileServerFixture server;

    @BeforeEach
    void start() throws IOException {
        start("transfer.upload-window=32 KiB");
    }

    private void start(String... settings) throws IOException {
        server = new FileServerFixture(folder, settings);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** One try at sending a file, which ends when the file does or, before that, at the first pull from {@code until} on. */
    private final class Try {
        final String task;
        long first = -1;
        long pulled;
        long next;
        IMFileState end;

        Try(byte[] content, long until) throws IOException {
            task = server.offline(content.length);
            WireClient alice = server.uploader(task);
            while (end == null) {
                WireClient.Frame frame = alice.receive();
                if (frame.commandId() == Commands.FILE_STATE.commandId()) {
                    end = frame.parse(Commands.FILE_STATE);
                    break;
                }
                IMFilePullDataReq pull = frame.parse(Commands.FILE_PULL_DATA_REQ);
                if (first < 0) {
                    first = pull.getOffset();
                } else {
                    assertThat(pull.getOffset()).as("in order").isEqualTo((int) next);
                }
                next = pull.getOffset();
                if (next >= until) {
                    alice.reset();
                    return;
                }
                next += pull.getDataSize();
                pulled += pull.getDataSize();
                alice.send(
                        Commands.FILE_PULL_DATA_RSP,
                        0,
                        block(
                                task,
                                ALICE,
                                pull.getOffset(),
                                ByteString.copyFrom(content, pull.getOffset(), pull.getDataSize())));
            }
        }
    }

    private byte[] download(String task) throws IOException {
        WireClient bob = server.downloader(task);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int offset = 0; offset < SIZE; offset += BLOCK) {
            bob.send(Commands.FILE_PULL_DATA_REQ, 1, FileServerFixture.pull(task, offset, BLOCK));
            IMFilePullDataRsp answer = bob.expect(Commands.FILE_PULL_DATA_RSP);
            answer.getFileData().writeTo(received);
        }
        return received.toByteArray();
    }

    @Test
    void onlyTheRestIsPulledAndWhatWasThereIsComparedByItsLastBlock() throws Exception {
        Try broken = new Try(CONTENT, 3_000_000);
        long there = broken.next / CHECKED * CHECKED;
        Try whole = new Try(CONTENT, Long.MAX_VALUE);
        assertThat(whole.first).isEqualTo(there - BLOCK);
        assertThat(whole.pulled).isEqualTo(SIZE - there + BLOCK);
        assertThat(whole.end.getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        assertThat(download(whole.task)).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anUploadThatBreaksAgainAndAgainAtAnyPlaceComesToItsEnd(long seed) throws Exception {
        Random random = new Random(seed);
        long pulled = 0;
        long reached = 0;
        int breaks = 0;
        Try last = null;
        while (last == null || last.end == null) {
            last = new Try(CONTENT, reached + random.nextInt(SIZE / 4));
            assertThat(last.first).isEqualTo(Math.max(0, reached / CHECKED * CHECKED - BLOCK));
            reached = last.next;
            pulled += last.pulled;
            breaks++;
        }
        assertThat(breaks).isGreaterThan(3);
        assertThat(pulled).isLessThanOrEqualTo(SIZE + (long) breaks * (CHECKED + BLOCK));
        assertThat(last.end.getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        assertThat(download(last.task)).isEqualTo(CONTENT);
    }

    @Test
    void soDoesOneWithManyPullsInFlight() throws Exception {
        server.close();
        start();
        long pulled = 0;
        int tries = 1;
        Try last = new Try(CONTENT, SIZE / 2);
        while (last.end == null) {
            pulled += last.pulled;
            last = new Try(CONTENT, SIZE / 2 + (long) tries++ * SIZE / 8);
        }
        assertThat(last.first).isPositive();
        assertThat(last.end.getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        assertThat(pulled).isLessThan((long) tries * SIZE / 2);
        assertThat(download(last.task)).isEqualTo(CONTENT);
    }

    @Test
    void anUploadGoesOnAfterARestartOfTheServer() throws Exception {
        Try broken = new Try(CONTENT, 3_000_000);
        server.close();
        start();
        Try whole = new Try(CONTENT, Long.MAX_VALUE);
        assertThat(whole.first).isEqualTo(broken.next / CHECKED * CHECKED - BLOCK);
        assertThat(download(whole.task)).isEqualTo(CONTENT);
    }

    @Test
    void anUploadGoesOnAtAnotherServerThatSharesTheFolder() throws Exception {
        new Try(CONTENT, 3_000_000);
        try (FileServerFixture first = server) {
            start();
            assertThat(first.server()).isNotNull();
            Try whole = new Try(CONTENT, Long.MAX_VALUE);
            assertThat(whole.first).isPositive();
            assertThat(download(whole.task)).isEqualTo(CONTENT);
        }
    }

    @Test
    void aFileThatHasChangedEndsWithTheReasonAndComesWholeTheNextTime() throws Exception {
        new Try(CONTENT, 3_000_000);
        byte[] changed = CONTENT.clone();
        changed[(int) (3_000_000L / CHECKED * CHECKED) - 1]++;
        Try refused = new Try(changed, Long.MAX_VALUE);
        assertThat(refused.pulled).isEqualTo(BLOCK);
        assertThat(refused.end.getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        assertThat(refused.end.getResultString()).startsWith("the file has changed");
        Try whole = new Try(changed, Long.MAX_VALUE);
        assertThat(whole.pulled).isEqualTo(SIZE);
        assertThat(download(whole.task)).isEqualTo(changed);
    }

    @Test
    void anUploadThatWasCancelledStartsAnew() throws Exception {
        String task = server.offline(SIZE);
        WireClient alice = server.uploader(task);
        for (int offset = 0; offset < 2 * CHECKED; offset += BLOCK) {
            alice.expect(Commands.FILE_PULL_DATA_REQ);
            alice.send(
                    Commands.FILE_PULL_DATA_RSP,
                    0,
                    block(task, ALICE, offset, ByteString.copyFrom(CONTENT, offset, BLOCK)));
        }
        alice.expect(Commands.FILE_PULL_DATA_REQ);
        alice.send(Commands.FILE_STATE, 1, FileServerFixture.state(task, ALICE, ClientFileState.CLIENT_FILE_CANCEL));
        assertThat(alice.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        alice.expectClosed();
        assertThat(new Try(CONTENT, 1).first).isZero();
    }

    // Room and expiry, as a msg-server hears of them.

    private static IMFileTransferReq.Builder request(int size) {
        return IMFileTransferReq.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(BOB)
                .setFileName("notes.txt")
                .setFileSize(size)
                .setTransMode(TransferFileType.FILE_TYPE_OFFLINE);
    }

    @Test
    void aFileForWhichThereIsNoRoomIsRefusedWithTheReasonAndNothingIsDeleted() throws Exception {
        server.close();
        start("store.user-quota=6 MB");
        String stored = new Try(CONTENT, Long.MAX_VALUE).task;
        IMFileTransferRsp refused = server.ask(request(SIZE));
        assertThat(refused.getResultCode()).isNotZero();
        assertThat(refused.getResultString()).startsWith("your files that wait here take 4.8 MiB of 5.7 MiB");
        assertThat(server.ask(request(900_000)).getResultCode()).isZero();
        assertThat(server.ask(request(900_000)).getResultCode()).isNotZero();
        IMFileTransferReq.Builder online = request(SIZE).setTransMode(TransferFileType.FILE_TYPE_ONLINE);
        assertThat(server.ask(online).getResultCode()).isZero();
        assertThat(download(stored)).isEqualTo(CONTENT);
    }

    @Test
    void aTaskSaysWhenItsFileWillExpire() throws Exception {
        Instant expected = Instant.now().plus(Duration.ofDays(30));
        assertThat(Instant.ofEpochSecond(server.ask(request(1)).getExpiresAt()))
                .isBetween(expected.minusSeconds(60), expected.plusSeconds(60));
    }

    @Test
    void anotherFileThanAnnouncedIsNotStored() throws Exception {
        IMFileTransferReq.Builder announced = request(10)
                .setSha256(ByteString.copyFrom(Hashing.sha256().hashInt(1).asBytes()));
        String task = server.ask(announced).getTaskId();
        WireClient alice = server.uploader(task);
        alice.expect(Commands.FILE_PULL_DATA_REQ);
        alice.send(Commands.FILE_PULL_DATA_RSP, 0, block(task, ALICE, 0, ByteString.copyFrom(CONTENT, 0, 10)));
        IMFileState end = alice.expect(Commands.FILE_STATE);
        assertThat(end.getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        assertThat(end.getResultString()).isEqualTo("the file has changed since it was announced");
    }
}
