package im.client;

import static im.client.OutgoingTransferIT.assertFails;
import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static im.client.ScriptedBackend.await;
import static im.client.ScriptedBackend.block;
import static im.client.ScriptedBackend.pull;
import static im.client.ScriptedBackend.state;
import static im.proto.base.TransferFileType.FILE_TYPE_OFFLINE;
import static im.proto.base.TransferFileType.FILE_TYPE_ONLINE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.client.Conversation.Received;
import im.client.TransferException.Reason;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFilePullDataReq;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingTransferIT {
    private static final int BLOCK = 32768;

    @TempDir
    private Path folder;

    private ScriptedBackend backend;

    @BeforeEach
    void start() throws Exception {
        backend = ScriptedBackend.start(
                options -> options.withTransferTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10)));
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
    }

    // Online

    @ParameterizedTest
    @ValueSource(ints = {1, BLOCK - 1, BLOCK, BLOCK + 1, 10 * BLOCK + 7})
    void asksAnOnlineSenderForOneBlockAtATime(int size) throws Exception {
        byte[] content = TestFiles.content(size);
        Transfer transfer = receive("a.bin", size);
        try (Conversation file = peerIsReady()) {
            for (int offset = 0; offset < size; offset += BLOCK) {
                int length = Math.min(BLOCK, size - offset);
                Received<IMFilePullDataReq> pull = file.expectPdu(Commands.FILE_PULL_DATA_REQ);
                assertThat(pull.message()).isEqualTo(pull(ALICE, FILE_TYPE_ONLINE, offset, length));
                assertThat(pull.seq()).isNotZero();
                file.send(Commands.FILE_PULL_DATA_RSP, pull.seq(), block(BOB, offset, content, offset, length));
            }
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_DONE, ALICE));
            assertThat(folder.resolve("a.bin")).as("in place before DONE").hasBinaryContent(content);
            TransferResult result = await(transfer.result());
            assertThat(result.path()).isEqualTo(folder.resolve("a.bin"));
            assertThat(result.sha256()).isEqualTo(TestFiles.sha256(content));
            assertThat(result.bytes()).isEqualTo(size);
            assertThat(TestFiles.names(folder)).containsExactly("a.bin");
            file.expectClosed();
        }
    }

    @Test
    void receivesAnEmptyFileOnceTheSenderIsIn() throws Exception {
        Transfer transfer = receive("empty", 0);
        try (Conversation file = peerIsReady()) {
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_DONE, ALICE));
            assertThat(await(transfer.result()).path()).isEmptyFile();
        }
    }

    @Test
    void aFileServerMayEndWhatIsComplete() throws Exception {
        byte[] content = TestFiles.content(10);
        Transfer transfer = receive("a.bin", 10);
        try (Conversation file = peerIsReady()) {
            int seq = file.expectPdu(Commands.FILE_PULL_DATA_REQ).seq();
            file.send(Commands.FILE_PULL_DATA_RSP, seq, block(BOB, 0, content, 0, 10));
            file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
            file.end();
            assertThat(await(transfer.result()).path()).hasBinaryContent(content);
        }
    }

    @Test
    void cutsThePaddingOfTheLastBlock() throws Exception {
        byte[] padded = Arrays.copyOf(TestFiles.content(10), BLOCK);
        Transfer transfer = receive("a.bin", 10);
        try (Conversation file = peerIsReady()) {
            int seq = file.expectPdu(Commands.FILE_PULL_DATA_REQ).seq();
            file.send(Commands.FILE_PULL_DATA_RSP, seq, block(BOB, 0, padded, 0, BLOCK));
            assertThat(await(transfer.result()).path()).hasBinaryContent(TestFiles.content(10));
        }
    }

    @Test
    void doesNotTakeAShorterBlock() throws Exception {
        assertBlockIsRefused(0, BLOCK - 1);
    }

    @Test
    void doesNotTakeALongerBlock() throws Exception {
        assertBlockIsRefused(0, BLOCK + 1);
    }

    @Test
    void doesNotTakeAnEmptyBlock() throws Exception {
        assertBlockIsRefused(0, 0);
    }

    @Test
    void doesNotTakeABlockFromElsewhere() throws Exception {
        assertBlockIsRefused(1, BLOCK);
    }

    private void assertBlockIsRefused(int offset, int length) throws Exception {
        Transfer transfer = receive("a.bin", 2 * BLOCK);
        try (Conversation file = peerIsReady()) {
            int seq = file.expectPdu(Commands.FILE_PULL_DATA_REQ).seq();
            file.send(Commands.FILE_PULL_DATA_RSP, seq, block(BOB, offset, TestFiles.content(2 * BLOCK), 0, length));
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
            assertFails(transfer, Reason.PROTOCOL, "block");
            assertThat(TestFiles.names(folder)).isEmpty();
        }
    }

    @Test
    void hearsThatTheSenderCannotRead() throws Exception {
        Transfer transfer = receive("a.bin", BLOCK);
        try (Conversation file = peerIsReady()) {
            int seq = file.expectPdu(Commands.FILE_PULL_DATA_REQ).seq();
            file.send(
                    Commands.FILE_PULL_DATA_RSP,
                    seq,
                    block(BOB, 0, new byte[0], 0, 0).toBuilder()
                            .setResultCode(11)
                            .setFileData(ByteString.EMPTY)
                            .build());
            assertFails(transfer, Reason.CANCELLED_BY_PEER, "could not read");
        }
    }

    @Test
    void hearsThatTheSenderCancelled() throws Exception {
        Transfer transfer = receive("a.bin", 2 * BLOCK);
        try (Conversation file = peerIsReady()) {
            int seq = file.expectPdu(Commands.FILE_PULL_DATA_REQ).seq();
            file.send(Commands.FILE_PULL_DATA_RSP, seq, block(BOB, 0, new byte[BLOCK], 0, BLOCK));
            file.send(Commands.FILE_STATE, 7, state(ClientFileState.CLIENT_FILE_CANCEL, BOB));
            assertFails(transfer, Reason.CANCELLED_BY_PEER, "");
            assertThat(TestFiles.names(folder)).isEmpty();
            file.expect(Commands.FILE_PULL_DATA_REQ);
            file.expectClosed();
        }
    }

    @Test
    void cancelsOnTheWire() throws Exception {
        Transfer transfer = receive("a.bin", 2 * BLOCK);
        try (Conversation file = peerIsReady()) {
            file.expect(Commands.FILE_PULL_DATA_REQ);
            transfer.cancel();
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
            assertFails(transfer, Reason.CANCELLED, "");
            assertThat(TestFiles.names(folder)).isEmpty();
        }
    }

    @Test
    void noticesThatTheFileServerVanished() throws Exception {
        Transfer transfer = receive("a.bin", 2 * BLOCK);
        peerIsReady().close();
        assertFails(transfer, Reason.CONNECTION_LOST, "");
        assertThat(TestFiles.names(folder)).isEmpty();
    }

    @Test
    void givesUpWhenTheSenderNeverComes() throws Exception {
        try (ScriptedBackend hasty = ScriptedBackend.start(
                options -> options.withTransferTimeouts(Duration.ofMillis(100), Duration.ofSeconds(1)))) {
            Transfer transfer =
                    hasty.client.receive(hasty.offer("a.bin", 5, TransferMode.ONLINE), folder, TransferListener.NONE);
            try (Conversation file = hasty.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_RECVER)) {
                assertThat(file.expect(Commands.FILE_STATE))
                        .isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
                assertFails(transfer, Reason.STALLED, "");
            }
        }
    }

    @Test
    void aNameNeverLeavesTheFolderNorReplacesAFile() throws Exception {
        Path into = Files.createDirectory(folder.resolve("into"));
        Files.writeString(into.resolve("passwd"), "mine");
        Transfer transfer = backend.client.receive(
                backend.offer("../../etc/passwd", 0, TransferMode.ONLINE), into, TransferListener.NONE);
        try (Conversation file = peerIsReady()) {
            file.expect(Commands.FILE_STATE);
            assertThat(await(transfer.result()).path()).isEqualTo(into.resolve("passwd (1)"));
            assertThat(into.resolve("passwd")).hasContent("mine");
            assertThat(TestFiles.names(folder)).containsExactly("into");
        }
    }

    @Test
    void asksNobodyWhenThereIsNoRoom() throws Exception {
        Path file = TestFiles.write(folder, "a file", new byte[1]);
        Transfer transfer =
                backend.client.receive(backend.offer("a.bin", 1, TransferMode.ONLINE), file, TransferListener.NONE);
        assertFails(transfer, Reason.LOCAL_FILE, "a file");
    }

    private Transfer receive(String name, long size) {
        return backend.client.receive(backend.offer(name, size, TransferMode.ONLINE), folder, TransferListener.NONE);
    }

    private Conversation peerIsReady() throws IOException {
        Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_RECVER);
        file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_PEER_READY, BOB));
        return file;
    }

    // Offline

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BLOCK, 20 * BLOCK + 7})
    void downloadsWithEightPullsInFlightAndForgetsWhenTheFileIsInPlace(int size) throws Exception {
        byte[] content = TestFiles.content(size);
        Transfer transfer = download("a.bin", size);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)) {
            Queue<Received<IMFilePullDataReq>> asked = new ArrayDeque<>();
            int blocks = (size + BLOCK - 1) / BLOCK;
            for (int i = 0; i < Math.min(8, blocks); i++) {
                asked.add(file.expectPdu(Commands.FILE_PULL_DATA_REQ));
            }
            for (int i = 0; i < blocks; i++) {
                Received<IMFilePullDataReq> pull = asked.remove();
                int length = Math.min(BLOCK, size - i * BLOCK);
                assertThat(pull.message()).isEqualTo(pull(ALICE, FILE_TYPE_OFFLINE, i * BLOCK, length));
                file.send(Commands.FILE_PULL_DATA_RSP, pull.seq(), block(ALICE, i * BLOCK, content, i * BLOCK, length));
                if (i + 8 < blocks) {
                    asked.add(file.expectPdu(Commands.FILE_PULL_DATA_REQ));
                }
            }
            file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
            file.end();
            assertThat(backend.msg.expect(Commands.FILE_DEL_OFFLINE_REQ)).isEqualTo(forgetting());
            assertThat(folder.resolve("a.bin")).as("in place before 0x050c").hasBinaryContent(content);
            assertThat(await(transfer.result()).sha256()).isEqualTo(TestFiles.sha256(content));
            assertThat(TestFiles.names(folder)).containsExactly("a.bin");
        }
    }

    private static IMFileDelOfflineReq forgetting() {
        return IMFileDelOfflineReq.newBuilder()
                .setFromUserId(BOB)
                .setToUserId(ALICE)
                .setTaskId(ScriptedBackend.TASK)
                .build();
    }

    @Test
    void aDownloadThatBreaksOffIsNotForgotten() throws Exception {
        Transfer transfer = download("a.bin", 10);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)) {
            int seq = file.expectPdu(Commands.FILE_PULL_DATA_REQ).seq();
            file.send(Commands.FILE_PULL_DATA_RSP, seq, block(ALICE, 0, new byte[10], 0, 10));
            file.end();
            assertFails(transfer, Reason.CONNECTION_LOST, "");
            assertThat(TestFiles.names(folder)).isEmpty();
            backend.client.users();
            backend.msg.expect(Commands.BUDDY_LIST_ALL_USER_REQUEST);
        }
    }

    @Test
    void anEarlyDoneIsAnError() throws Exception {
        Transfer transfer = download("a.bin", 10);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)) {
            file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
            assertFails(transfer, Reason.PROTOCOL, "done after 0 of 10");
        }
    }

    @Test
    void aDownloadThatIsGivenUpLeavesTheFileOnTheServer() throws Exception {
        Transfer transfer = download("a.bin", 10);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)) {
            file.expect(Commands.FILE_PULL_DATA_REQ);
            transfer.cancel();
            file.expectClosed();
            assertFails(transfer, Reason.CANCELLED, "");
        }
    }

    @Test
    void theSameFileIsNotReceivedTwiceAtOnce() throws Exception {
        Transfer first = download("a.bin", 10);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)) {
            file.expect(Commands.FILE_PULL_DATA_REQ);
            assertFails(download("a.bin", 10), Reason.LOCAL_FILE, "already");
            first.cancel();
            file.expectClosed();
        }
    }

    private Transfer download(String name, long size) {
        FileOffer offer = backend.offer(name, size, TransferMode.OFFLINE);
        return backend.client.download(offer.asOfflineFile(), folder, TransferListener.NONE);
    }
}
