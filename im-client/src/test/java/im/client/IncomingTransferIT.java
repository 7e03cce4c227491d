package im.client;

import static im.client.OutgoingTransferIT.assertFails;
import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static im.client.ScriptedBackend.await;
import static im.client.ScriptedBackend.block;
import static im.client.ScriptedBackend.pull;
import static im.client.ScriptedBackend.state;
import static im.proto.base.TransferFileType.FILE_TYPE_ONLINE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.client.Conversation.Received;
import im.client.TransferException.Reason;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFilePullDataReq;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files from a sender who is there. */
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
            assertThat(result.verified()).as("nobody announced a checksum").isFalse();
            assertThat(TestFiles.names(folder)).containsExactly("a.bin");
            file.expectClosed();
        }
    }

    @Test
    void asksAheadForLargeBlocksOfASenderWhoAnswersThat() throws Exception {
        int large = 256 << 10;
        byte[] content = TestFiles.content(17 * large + 5);
        Transfer transfer = receive("a.bin", content.length);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_RECVER)) {
            file.send(
                    Commands.FILE_STATE,
                    0,
                    state(ClientFileState.CLIENT_FILE_PEER_READY, BOB).toBuilder()
                            .setCapabilities(4)
                            .build());
            Queue<Received<IMFilePullDataReq>> asked = new ArrayDeque<>();
            for (int i = 0; i < 16; i++) {
                asked.add(file.expectPdu(Commands.FILE_PULL_DATA_REQ));
            }
            for (int offset = 0; offset < content.length; offset += large) {
                int length = Math.min(large, content.length - offset);
                Received<IMFilePullDataReq> pull = asked.remove();
                assertThat(pull.message()).isEqualTo(pull(ALICE, FILE_TYPE_ONLINE, offset, length));
                file.send(Commands.FILE_PULL_DATA_RSP, pull.seq(), block(BOB, offset, content, offset, length));
                if (offset + 16 * large < content.length) {
                    asked.add(file.expectPdu(Commands.FILE_PULL_DATA_REQ));
                }
            }
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_DONE, ALICE));
            assertThat(await(transfer.result()).path()).hasBinaryContent(content);
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
    void verifiesTheChecksumThatTheSenderAnnounced() throws Exception {
        byte[] content = TestFiles.content(10);
        assertThat(await(receiveAnnounced(content, TestFiles.sha256(content)).result())
                        .verified())
                .isTrue();
    }

    @Test
    void takesNothingWithAnotherChecksum() throws Exception {
        Transfer transfer = receiveAnnounced(TestFiles.content(10), TestFiles.sha256(TestFiles.content(11)));
        assertFails(transfer, Reason.CORRUPT, "announced");
        assertThat(TestFiles.names(folder)).isEmpty();
    }

    @Test
    void verifiesTheChecksumThatComesWithTheEndOfTheFile() throws Exception {
        byte[] content = TestFiles.content(10);
        assertThat(await(receiveWithSum(content, TestFiles.sha256(content)).result())
                        .verified())
                .isTrue();
    }

    @Test
    void takesNothingWithAnotherChecksumThanComesWithItsEnd() throws Exception {
        Transfer transfer = receiveWithSum(TestFiles.content(10), TestFiles.sha256(TestFiles.content(11)));
        assertFails(transfer, Reason.CORRUPT, "announced");
        assertThat(TestFiles.names(folder)).isEmpty();
    }

    private Transfer receiveWithSum(byte[] content, String sha256) throws Exception {
        FileOffer offer = backend.offer("a.bin", content.length, TransferMode.ONLINE);
        Transfer transfer = backend.client.receive(offer, folder, TransferListener.NONE);
        try (Conversation file = peerIsReady()) {
            int seq = file.expectPdu(Commands.FILE_PULL_DATA_REQ).seq();
            file.send(
                    Commands.FILE_PULL_DATA_RSP,
                    seq,
                    block(BOB, 0, content, 0, content.length).toBuilder()
                            .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(sha256)))
                            .build());
            file.expect(Commands.FILE_STATE);
        }
        return transfer;
    }

    private Transfer receiveAnnounced(byte[] content, String sha256) throws Exception {
        FileOffer offer = backend.offer("a.bin", content.length, TransferMode.ONLINE);
        FileDetails details = new FileDetails(Optional.of(sha256), Optional.empty(), ByteString.EMPTY);
        Transfer transfer = backend.client.receive(TestFiles.with(offer, details), folder, TransferListener.NONE);
        try (Conversation file = peerIsReady()) {
            int seq = file.expectPdu(Commands.FILE_PULL_DATA_REQ).seq();
            file.send(Commands.FILE_PULL_DATA_RSP, seq, block(BOB, 0, content, 0, content.length));
            boolean right = sha256.equals(TestFiles.sha256(content));
            assertThat(file.expect(Commands.FILE_STATE))
                    .isEqualTo(state(
                            right ? ClientFileState.CLIENT_FILE_DONE : ClientFileState.CLIENT_FILE_CANCEL, ALICE));
        }
        return transfer;
    }

    @Test
    void presentsTheTokenOfTheOffer() throws Exception {
        FileOffer offer = backend.offer("a.bin", 1, TransferMode.ONLINE);
        ByteString token = ByteString.copyFromUtf8("token");
        FileDetails details = new FileDetails(Optional.empty(), Optional.empty(), token);
        backend.client.receive(TestFiles.with(offer, details), folder, TransferListener.NONE);
        ScriptedBackend.acceptIntoTask(
                        backend.fileServer,
                        ScriptedBackend.loginRequest(ClientFileRole.CLIENT_REALTIME_RECVER)
                                .setToken(token)
                                .build(),
                        ScriptedBackend.loginAnswer())
                .close();
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
}
