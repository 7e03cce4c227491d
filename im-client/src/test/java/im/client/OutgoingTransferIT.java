package im.client;

import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static im.client.ScriptedBackend.await;
import static im.client.ScriptedBackend.pull;
import static im.client.ScriptedBackend.state;
import static im.proto.base.TransferFileType.FILE_TYPE_OFFLINE;
import static im.proto.base.TransferFileType.FILE_TYPE_ONLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import im.client.Conversation.Received;
import im.client.TransferException.Reason;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingTransferIT {
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
    void answersAReceiverBlockByBlock(int size) throws Exception {
        byte[] content = TestFiles.content(size);
        List<Long> progress = new ArrayList<>();
        Transfer transfer = backend.client.send(TestFiles.write(folder, "a.bin", content), BOB, new TransferListener() {
            @Override
            public void onProgress(long done, long total) {
                progress.add(done);
            }
        });
        IMFileReq request = backend.answerFileRequest(FILE_TYPE_ONLINE);
        assertThat(request.getFromUserId()).isEqualTo(ALICE);
        assertThat(request.getToUserId()).isEqualTo(BOB);
        assertThat(request.getFileName()).isEqualTo("a.bin");
        assertThat(request.getFileSize()).isEqualTo(size);
        assertThat(request.getTransMode()).isEqualTo(FILE_TYPE_ONLINE);
        Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER);

        assertThat(pullAll(file, size, FILE_TYPE_ONLINE, BOB)).isEqualTo(content);
        file.send(Commands.FILE_STATE, 9, state(ClientFileState.CLIENT_FILE_DONE, BOB));

        TransferResult result = await(transfer.result());
        assertThat(result.sha256()).isEqualTo(TestFiles.sha256(content));
        assertThat(result.bytes()).isEqualTo(size);
        assertThat(result.mode()).isEqualTo(TransferMode.ONLINE);
        assertThat(result.taskId()).isEqualTo(ScriptedBackend.TASK);
        assertThat(progress).isSorted().endsWith((long) size);
        file.expectClosed();
        file.close();
    }

    /** Always asks for a whole block, as most clients do: the sender sends what is there. */
    private static byte[] pullAll(Conversation file, int size, TransferFileType mode, int asker) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int offset = 0, seq = 100; offset < size; offset += BLOCK, seq++) {
            file.send(Commands.FILE_PULL_DATA_REQ, seq, pull(asker, mode, offset, BLOCK));
            Received<IMFilePullDataRsp> block = file.expectPdu(Commands.FILE_PULL_DATA_RSP);
            assertThat(block.seq()).isEqualTo(seq);
            assertThat(block.message().getResultCode()).isZero();
            assertThat(block.message().getTaskId()).isEqualTo(ScriptedBackend.TASK);
            assertThat(block.message().getUserId()).isEqualTo(ALICE);
            assertThat(block.message().getOffset()).isEqualTo(offset);
            block.message().getFileData().writeTo(all);
        }
        return all.toByteArray();
    }

    @Test
    void sendsAnEmptyFileOnline() throws Exception {
        Transfer transfer = send("empty", new byte[0]);
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
            file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
            assertThat(await(transfer.result()).sha256()).isEqualTo(TestFiles.sha256(new byte[0]));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BLOCK + 1})
    void announcesAnUploadOnlyWhenItIsStored(int size) throws Exception {
        byte[] content = TestFiles.content(size);
        Transfer transfer = send("off.bin", content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_OFFLINE_UPLOAD)) {
            assertThat(pullAll(file, size, FILE_TYPE_OFFLINE, ALICE)).isEqualTo(content);
            expectNothingYetAt(backend.msg);
            file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, ALICE));
            expectAnnouncement(size);
            TransferResult result = await(transfer.result());
            assertThat(result.mode()).isEqualTo(TransferMode.OFFLINE);
            assertThat(result.sha256()).isEqualTo(TestFiles.sha256(content));
        }
    }

    /** The next thing that the client says is the answer to what it is asked now. */
    private void expectNothingYetAt(Conversation msg) throws IOException {
        CompletableFuture<List<User>> users = backend.client.users();
        msg.expect(Commands.BUDDY_LIST_ALL_USER_REQUEST);
        assertThat(users).isNotDone();
    }

    private void expectAnnouncement(int size) throws IOException {
        assertThat(backend.msg.expect(Commands.FILE_ADD_OFFLINE_REQ))
                .isEqualTo(IMFileAddOfflineReq.newBuilder()
                        .setFromUserId(ALICE)
                        .setToUserId(BOB)
                        .setTaskId(ScriptedBackend.TASK)
                        .setFileName("off.bin")
                        .setFileSize(size)
                        .build());
    }

    @Test
    void aLostMsgServerDoesNotDisturbAnUpload() throws Exception {
        byte[] content = TestFiles.content(2 * BLOCK);
        Transfer transfer = send("off.bin", content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_OFFLINE_UPLOAD)) {
            backend.msg.close();
            assertThat(backend.events.next()).isEqualTo(ConnectionState.RECONNECTING);
            assertThat(pullAll(file, content.length, FILE_TYPE_OFFLINE, ALICE)).isEqualTo(content);
            file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, ALICE));
            file.expectClosed();
            backend.msg = ScriptedBackend.acceptLogin(backend.msgServer);
            expectAnnouncement(content.length);
            await(transfer.result());
        }
    }

    @Test
    void answersManyPullsAtOnceInTheirOrder() throws Exception {
        byte[] content = TestFiles.content(40 * BLOCK);
        Transfer transfer = send("a.bin", content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_OFFLINE_UPLOAD)) {
            for (int i = 0; i < 40; i++) {
                file.send(Commands.FILE_PULL_DATA_REQ, 0, pull(ALICE, FILE_TYPE_OFFLINE, i * BLOCK, BLOCK));
            }
            for (int i = 0; i < 40; i++) {
                IMFilePullDataRsp block = file.expect(Commands.FILE_PULL_DATA_RSP);
                assertThat(block.getOffset()).isEqualTo(i * BLOCK);
                assertThat(block.getFileData()).hasSize(BLOCK);
            }
            transfer.cancel();
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
        }
    }

    @Test
    void hashesTheWholeFileWhateverTheOrderOfPulls() throws Exception {
        byte[] content = TestFiles.content(3 * BLOCK);
        Transfer transfer = send("a.bin", content);
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
            for (int offset : new int[] {2 * BLOCK, 0, 0, BLOCK}) {
                file.send(Commands.FILE_PULL_DATA_REQ, 5, pull(BOB, FILE_TYPE_ONLINE, offset, BLOCK));
                file.expect(Commands.FILE_PULL_DATA_RSP);
            }
            file.send(Commands.FILE_STATE, 6, state(ClientFileState.CLIENT_FILE_DONE, BOB));
            assertThat(await(transfer.result()).sha256()).isEqualTo(TestFiles.sha256(content));
        }
    }

    @Test
    void aPullBehindTheEndGetsAnError() throws Exception {
        Transfer transfer = send("a.bin", TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
            file.send(Commands.FILE_PULL_DATA_REQ, 5, pull(BOB, FILE_TYPE_ONLINE, 11, BLOCK));
            assertThat(file.expect(Commands.FILE_PULL_DATA_RSP).getResultCode()).isNotZero();
            transfer.cancel();
            assertFails(transfer, Reason.CANCELLED);
        }
    }

    @Test
    void showsWhyTheServerRefused() throws Exception {
        Transfer transfer = send("a.bin", new byte[1]);
        Received<IMFileReq> request = backend.msg.expectPdu(Commands.FILE_REQUEST);
        backend.msg.send(
                Commands.FILE_RESPONSE,
                request.seq(),
                IMFileRsp.newBuilder()
                        .setResultCode(1)
                        .setFromUserId(ALICE)
                        .setToUserId(BOB)
                        .setFileName("a.bin")
                        .setTaskId("")
                        .setTransMode(FILE_TYPE_ONLINE)
                        .setResultString("no file-server is up")
                        .build());
        assertFails(transfer, Reason.REQUEST_REFUSED, "no file-server is up");
    }

    @Test
    void asksForNothingWhenTheFileIsTooLarge() throws Exception {
        Path file = folder.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 32);
        }
        assertFails(backend.client.send(file, BOB, TransferListener.NONE), Reason.TOO_LARGE, "4 GiB");
        expectNothingYetAt(backend.msg);
    }

    @Test
    void asksForNothingWhenThereIsNoSuchFile() throws Exception {
        assertFails(
                backend.client.send(folder.resolve("missing"), BOB, TransferListener.NONE),
                Reason.LOCAL_FILE,
                "no such file");
        assertFails(backend.client.send(folder, BOB, TransferListener.NONE), Reason.LOCAL_FILE, "directory");
        expectNothingYetAt(backend.msg);
    }

    @Test
    void hearsThatTheReceiverRefused() throws Exception {
        assertEndsWith(ClientFileState.CLIENT_FILE_REFUSE, Reason.REFUSED_BY_PEER);
    }

    @Test
    void hearsThatTheReceiverCancelled() throws Exception {
        assertEndsWith(ClientFileState.CLIENT_FILE_CANCEL, Reason.CANCELLED_BY_PEER);
    }

    @Test
    void doesNotBelieveThatItIsDoneEarly() throws Exception {
        assertEndsWith(ClientFileState.CLIENT_FILE_DONE, Reason.PROTOCOL);
    }

    private void assertEndsWith(ClientFileState said, Reason reason) throws Exception {
        Transfer transfer = send("a.bin", TestFiles.content(2 * BLOCK));
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
            file.send(Commands.FILE_PULL_DATA_REQ, 5, pull(BOB, FILE_TYPE_ONLINE, 0, BLOCK));
            file.expect(Commands.FILE_PULL_DATA_RSP);
            file.send(Commands.FILE_STATE, 6, state(said, BOB));
            assertFails(transfer, reason);
            file.expectClosed();
        }
    }

    @Test
    void cancelsOnTheWire() throws Exception {
        Transfer transfer = send("a.bin", TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
            transfer.cancel();
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
            assertFails(transfer, Reason.CANCELLED);
            file.expectClosed();
        }
    }

    @Test
    void aCancelBeforeTheTaskReachesTheReceiverAllTheSame() throws Exception {
        Transfer transfer = send("a.bin", TestFiles.content(10));
        Received<IMFileReq> request = backend.msg.expectPdu(Commands.FILE_REQUEST);
        transfer.cancel();
        backend.respond(request, FILE_TYPE_ONLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
            assertFails(transfer, Reason.CANCELLED);
        }
    }

    @Test
    void closingTheClientCancels() throws Exception {
        Transfer transfer = send("a.bin", TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
            CompletableFuture<Void> closing = CompletableFuture.runAsync(backend.client::close);
            file.expect(Commands.FILE_STATE);
            file.expectClosed();
            file.end();
            backend.msg.expect(Commands.LOGIN_REQ_LOGINOUT);
            backend.msg.close();
            await(closing);
            assertFails(transfer, Reason.CANCELLED);
        }
    }

    @Test
    void noticesThatTheFileServerVanished() throws Exception {
        Transfer transfer = send("a.bin", TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER).close();
        assertFails(transfer, Reason.CONNECTION_LOST);
    }

    @Test
    void givesUpWhenNothingMoves() throws Exception {
        try (ScriptedBackend hasty = ScriptedBackend.start(
                options -> options.withTransferTimeouts(Duration.ofMillis(100), Duration.ofSeconds(20)))) {
            Transfer transfer =
                    hasty.client.send(TestFiles.write(folder, "a", TestFiles.content(10)), BOB, TransferListener.NONE);
            hasty.answerFileRequest(FILE_TYPE_ONLINE);
            try (Conversation file = hasty.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
                file.send(Commands.FILE_PULL_DATA_REQ, 5, pull(BOB, FILE_TYPE_ONLINE, 0, 5));
                file.expect(Commands.FILE_PULL_DATA_RSP);
                assertThat(file.expect(Commands.FILE_STATE))
                        .isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
                assertFails(transfer, Reason.STALLED);
            }
        }
    }

    @Test
    void waitsForTheReceiversWordThatTheFileIsSafeAsLongAsTheServerLives() throws Exception {
        try (ScriptedBackend patient = ScriptedBackend.start(
                options -> options.withTransferTimeouts(Duration.ofMillis(50), Duration.ofSeconds(10))
                        .withHeartbeat(Duration.ofMillis(100), Duration.ofSeconds(10)))) {
            Transfer transfer = patient.client.send(
                    TestFiles.write(folder, "a", TestFiles.content(10)), BOB, TransferListener.NONE);
            patient.answerFileRequest(FILE_TYPE_ONLINE);
            try (Conversation file = patient.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
                file.send(Commands.FILE_PULL_DATA_REQ, 5, pull(BOB, FILE_TYPE_ONLINE, 0, 10));
                file.expect(Commands.FILE_PULL_DATA_RSP);
                for (int beat = 0; beat < 5; beat++) {
                    file.expect(Commands.OTHER_HEARTBEAT);
                }
                file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
                await(transfer.result());
            }
        }
    }

    @Test
    void cancelsWhenTheFileShrinks() throws Exception {
        Path path = TestFiles.write(folder, "a.bin", TestFiles.content(2 * BLOCK));
        Transfer transfer = backend.client.send(path, BOB, TransferListener.NONE);
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER);
                FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(BLOCK + 1);
            file.send(Commands.FILE_PULL_DATA_REQ, 5, pull(BOB, FILE_TYPE_ONLINE, BLOCK, BLOCK));
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
            assertFails(transfer, Reason.LOCAL_FILE, "shorter");
        }
    }

    @Test
    void triesTheNextAddress() throws Exception {
        HostAndPort nobody = ScriptedServer.nobody();
        try (ScriptedServer refusing = ScriptedServer.start()) {
            Transfer transfer = send("a.bin", new byte[0]);
            Received<IMFileReq> request = backend.msg.expectPdu(Commands.FILE_REQUEST);
            backend.msg.send(
                    Commands.FILE_RESPONSE,
                    request.seq(),
                    IMFileRsp.newBuilder()
                            .setResultCode(0)
                            .setFromUserId(ALICE)
                            .setToUserId(BOB)
                            .setFileName("a.bin")
                            .setTaskId(ScriptedBackend.TASK)
                            .addIpAddrList(ScriptedBackend.ip(nobody))
                            .addIpAddrList(ScriptedBackend.ip(refusing.address()))
                            .addIpAddrList(ScriptedBackend.ip(backend.fileServer.address()))
                            .setTransMode(FILE_TYPE_ONLINE)
                            .build());
            ScriptedBackend.acceptIntoTask(refusing, ClientFileRole.CLIENT_REALTIME_SENDER, 1)
                    .expectClosed();
            try (Conversation file = backend.acceptIntoTask(ClientFileRole.CLIENT_REALTIME_SENDER)) {
                file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
                await(transfer.result());
            }
        }
    }

    @Test
    void saysThatNoFileServerLetItIn() throws Exception {
        Transfer transfer = send("a.bin", new byte[0]);
        backend.answerFileRequest(FILE_TYPE_ONLINE);
        ScriptedBackend.acceptIntoTask(backend.fileServer, ClientFileRole.CLIENT_REALTIME_SENDER, 1)
                .expectClosed();
        assertFails(transfer, Reason.LOGIN_REFUSED);
    }

    private Transfer send(String name, byte[] content) throws IOException {
        return backend.client.send(TestFiles.write(folder, name, content), BOB, TransferListener.NONE);
    }

    private static void assertFails(Transfer transfer, Reason reason) {
        assertFails(transfer, reason, "");
    }

    static void assertFails(Transfer transfer, Reason reason, String message) {
        ThrowingCallable waiting = () -> await(transfer.result());
        assertThatThrownBy(waiting)
                .hasCauseInstanceOf(TransferException.class)
                .hasMessageContaining(message)
                .satisfies(e ->
                        assertThat(((TransferException) e.getCause()).reason()).isEqualTo(reason));
    }
}
