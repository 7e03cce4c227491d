package im.client;

import static im.client.OutgoingTransferIT.assertFails;
import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static im.client.ScriptedBackend.await;
import static im.client.ScriptedBackend.pull;
import static im.client.ScriptedBackend.state;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_UPLOAD;
import static im.proto.base.ClientFileRole.CLIENT_REALTIME_SENDER;
import static im.proto.base.TransferFileType.FILE_TYPE_OFFLINE;
import static im.proto.base.TransferFileType.FILE_TYPE_ONLINE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import com.google.protobuf.ByteString;
import im.client.Conversation.Received;
import im.client.TransferException.Reason;
import im.netlib.Backoff;
import im.netlib.Block;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.IpAddr;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileReq;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files for the store of servers of this project, which break off and go on. */
class UploadIT {
    private static final int BLOCK = 32768;
    private static final long FOUR_GIB = 1L << 32;

    @TempDir
    private Path folder;

    private final RecordedTransfer events = new RecordedTransfer();
    private ScriptedBackend backend;

    @BeforeEach
    void start() throws Exception {
        backend = ScriptedBackend.startOurs(options -> options);
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
    }

    private void restart(ScriptedBackend.Change change) throws Exception {
        backend.close();
        backend = ScriptedBackend.startOurs(change);
    }

    private Transfer send(byte[] content) throws IOException {
        return backend.client.send(TestFiles.write(folder, "a.bin", content), BOB, events);
    }

    private static ByteString sha256(byte[] content) {
        return ByteString.copyFrom(HexFormat.of().parseHex(TestFiles.sha256(content)));
    }

    private static void pullAndExpect(Conversation file, byte[] content, int offset) throws IOException {
        file.send(Commands.FILE_PULL_DATA_REQ, 0, pull(ALICE, FILE_TYPE_OFFLINE, offset, BLOCK));
        IMFilePullDataRsp block = file.expect(Commands.FILE_PULL_DATA_RSP);
        assertThat(block.getOffset()).isEqualTo(offset);
        assertThat(block.getFileData())
                .isEqualTo(ByteString.copyFrom(content, offset, Math.min(BLOCK, content.length - offset)));
    }

    private static void done(Conversation file) throws IOException {
        file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, ALICE));
    }

    private IMFileReq answerThatItWouldBeStored() throws IOException {
        return backend.answerFileRequest(
                FILE_TYPE_OFFLINE, response -> response.setResultCode(1).setTaskId(""));
    }

    // What is said before

    @Test
    void tellsTheChecksumBeforeAFileIsSentThatIsToBeStored() throws Exception {
        byte[] content = TestFiles.content((9 << 20) + 1);
        Transfer transfer = send(content);
        IMFileReq first = answerThatItWouldBeStored();
        assertThat(first.getOnlineOnly()).isTrue();
        assertThat(first.hasSha256()).isFalse();
        IMFileReq second = backend.answerFileRequest(FILE_TYPE_ONLINE);
        assertThat(second.getOnlineOnly()).as("whoever came meanwhile").isFalse();
        assertThat(second.getTransMode()).isEqualTo(FILE_TYPE_ONLINE);
        assertThat(second.getSha256()).isEqualTo(sha256(content));
        for (String piece : new String[] {"0", "8388608", "9437185"}) {
            assertThat(events.next()).isEqualTo("checksum of " + piece + " of 9437185");
        }
        assertThat(events.next()).isEqualTo("started ONLINE");
        backend.acceptIntoTask(CLIENT_REALTIME_SENDER).close();
        assertFails(transfer, Reason.CONNECTION_LOST, "");
    }

    @Test
    void aReceiverWhoIsThereHearsTheChecksumWithTheEndOfTheFile() throws Exception {
        int large = Block.MAX_DATA_LENGTH;
        byte[] content = TestFiles.content(4 * large + 1);
        Transfer transfer = send(content);
        assertThat(backend.answerFileRequest(FILE_TYPE_ONLINE).hasSha256()).isFalse();
        try (Conversation file = backend.acceptIntoTask(CLIENT_REALTIME_SENDER)) {
            int[] offsets = {4 * large, 0, large, 2 * large, 3 * large, 4 * large, large, 4 * large};
            for (int offset : offsets) {
                file.send(Commands.FILE_PULL_DATA_REQ, 0, pull(BOB, FILE_TYPE_ONLINE, offset, large));
            }
            for (int i = 0; i < offsets.length; i++) {
                IMFilePullDataRsp block = file.expect(Commands.FILE_PULL_DATA_RSP);
                assertThat(block.getOffset()).isEqualTo(offsets[i]);
                assertThat(block.getSha256())
                        .as("block " + i)
                        .isEqualTo(i == 5 || i == 7 ? sha256(content) : ByteString.EMPTY);
            }
            file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
            assertThat(await(transfer.result()).sha256()).isEqualTo(TestFiles.sha256(content));
        }
    }

    @Test
    void tellsNoChecksumWhenThatWouldTakeTooLong() throws Exception {
        restart(options -> options.withChecksumFirst(false));
        byte[] content = TestFiles.content(10);
        Transfer transfer = send(content);
        assertThat(backend.answerFileRequest(FILE_TYPE_OFFLINE).hasSha256()).isFalse();
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            done(file);
            assertThat(await(transfer.result()).sha256()).isEqualTo(TestFiles.sha256(content));
        }
    }

    @Test
    void canBeCancelledWhileItIsReadForItsChecksum() throws Exception {
        CompletableFuture<Transfer> started = new CompletableFuture<>();
        Path path = sparse(FOUR_GIB * 1024);
        started.complete(backend.client.send(path, BOB, new TransferListener() {
            @Override
            public void onChecksum(long done, long total) {
                started.thenAccept(Transfer::cancel);
            }
        }));
        answerThatItWouldBeStored();
        assertFails(started.get(), Reason.CANCELLED, "");
    }

    @Test
    void presentsItsTokenAndTellsWhenTheFileExpires() throws Exception {
        ByteString token = ByteString.copyFromUtf8("token");
        Transfer transfer = send(new byte[0]);
        backend.answerFileRequest(
                FILE_TYPE_OFFLINE, response -> response.setToken(token).setExpiresAt(1_800_000_000L));
        try (Conversation file = ScriptedBackend.acceptIntoTask(
                backend.fileServer,
                ScriptedBackend.loginRequest(CLIENT_OFFLINE_UPLOAD)
                        .setToken(token)
                        .build(),
                ScriptedBackend.loginAnswer())) {
            done(file);
            assertThat(await(transfer.result()).expiresAt())
                    .isEqualTo(Optional.of(Instant.ofEpochSecond(1_800_000_000L)));
        }
    }

    @Test
    void whatOurFileServerHasRecordedIsSentWhateverBecomesOfTheMsgServer() throws Exception {
        byte[] content = TestFiles.content(10);
        Transfer transfer = send(content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE, response -> response.setExpiresAt(1_800_000_000L));
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            backend.msg.close();
            assertThat(backend.events.next()).isEqualTo(ConnectionState.RECONNECTING);
            done(file);
            assertThat(await(transfer.result()).mode()).isEqualTo(TransferMode.OFFLINE);
        }
    }

    @Test
    void aFileForAGroupNamesTheGroupAndNoUser() throws Exception {
        byte[] content = TestFiles.content(10);
        Transfer transfer =
                backend.client.send(TestFiles.write(folder, "a.bin", content), ConversationId.ofGroup(7), events);
        IMFileReq request = backend.answerFileRequest(FILE_TYPE_OFFLINE);
        assertThat(request.getGroupId()).isEqualTo(7);
        assertThat(request.getToUserId()).isZero();
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            done(file);
            assertThat(await(transfer.result()).mode()).isEqualTo(TransferMode.OFFLINE);
        }
    }

    @Test
    void asksForRoomForMoreThanFourGib() throws Exception {
        restart(options -> options.withChecksumFirst(false));
        backend.client.send(sparse(FOUR_GIB + 5), BOB, events);
        IMFileReq request = backend.msg.expect(Commands.FILE_REQUEST);
        assertThat(request.getFileSize64()).isEqualTo(FOUR_GIB + 5);
        assertThat(request.getFileSize()).isEqualTo(-1);
    }

    @Test
    void answersPullsBeyondFourGib() throws Exception {
        restart(options -> options.withChecksumFirst(false));
        Transfer transfer = backend.client.send(sparse(FOUR_GIB + 5), BOB, events);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            file.send(
                    Commands.FILE_PULL_DATA_REQ,
                    0,
                    pull(ALICE, FILE_TYPE_OFFLINE, 2, BLOCK).toBuilder()
                            .setOffset64(FOUR_GIB + 2)
                            .build());
            IMFilePullDataRsp block = file.expect(Commands.FILE_PULL_DATA_RSP);
            assertThat(block.getOffset64()).isEqualTo(FOUR_GIB + 2);
            assertThat(block.getFileData()).hasSize(3);
            transfer.cancel();
        }
        assertFails(transfer, Reason.CANCELLED, "");
    }

    private Path sparse(long size) throws IOException {
        Path path = folder.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        return path;
    }

    // Going on

    @Test
    void goesOnWhereTheServerAsksItTo() throws Exception {
        byte[] content = TestFiles.content(3 * BLOCK + 1);
        Transfer transfer = send(content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 2 * BLOCK);
            pullAndExpect(file, content, 3 * BLOCK);
            done(file);
            TransferResult result = await(transfer.result());
            assertThat(result.resumedAt()).isEqualTo(2 * BLOCK);
            assertThat(result.sha256()).isEqualTo(TestFiles.sha256(content));
            skipChecksum(content.length);
            assertThat(events.next()).isEqualTo("started OFFLINE");
            assertThat(events.next()).isEqualTo("resumed at " + 2 * BLOCK + " of " + content.length);
        }
    }

    private void skipChecksum(int size) throws InterruptedException {
        assertThat(events.next()).isEqualTo("checksum of 0 of " + size);
        assertThat(events.next()).isEqualTo("checksum of " + size + " of " + size);
    }

    @Test
    void goesOnByItselfAfterABreak() throws Exception {
        byte[] content = TestFiles.content(3 * BLOCK);
        Transfer transfer = send(content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            pullAndExpect(file, content, BLOCK);
        }
        IMFileReq again = backend.answerFileRequest(FILE_TYPE_OFFLINE);
        assertThat(again.getTransMode()).as("wherever bob is now").isEqualTo(FILE_TYPE_OFFLINE);
        assertThat(again.getSha256()).isEqualTo(sha256(content));
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, BLOCK);
            pullAndExpect(file, content, 2 * BLOCK);
            done(file);
            TransferResult result = await(transfer.result());
            assertThat(result.resumedAt()).as("all of it was sent now").isZero();
        }
        skipChecksum(content.length);
        assertThat(events.next()).isEqualTo("started OFFLINE");
        assertThat(events.next()).isEqualTo("retry after CONNECTION_LOST");
        assertThat(events.next()).isEqualTo("started OFFLINE");
        assertThat(events.next()).isEqualTo("resumed at " + BLOCK + " of " + content.length);
    }

    @Test
    void goesOnByItselfWhenTheFirstConnectionBreaksBeforeTheFirstAnswerEvenIfNobodyIsThereForAWhile() throws Exception {
        byte[] content = TestFiles.content(BLOCK);
        Transfer transfer = send(content);
        HostAndPort nobody = ScriptedServer.nobody();
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        backend.fileServer.accept().close();
        backend.answerFileRequest(
                FILE_TYPE_OFFLINE, response -> response.clearIpAddrList().addIpAddrList(ScriptedBackend.ip(nobody)));
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            done(file);
            await(transfer.result());
        }
        skipChecksum(content.length);
        assertThat(events.next()).isEqualTo("started OFFLINE");
        assertThat(events.next()).isEqualTo("retry after CONNECTION_LOST");
        assertThat(events.next()).isEqualTo("started OFFLINE");
        assertThat(events.next()).isEqualTo("retry after UNREACHABLE");
        assertThat(events.next()).isEqualTo("started OFFLINE");
    }

    @Test
    void failsAtOnceWhenNoFileServerCanBeReached() throws Exception {
        Transfer transfer = send(TestFiles.content(10));
        HostAndPort nobody = ScriptedServer.nobody();
        backend.answerFileRequest(
                FILE_TYPE_OFFLINE, response -> response.clearIpAddrList().addIpAddrList(ScriptedBackend.ip(nobody)));
        assertFails(transfer, Reason.UNREACHABLE, "cannot connect to the file-server " + nobody);
    }

    @Test
    void triesTheNextAddressWhenOneIsOfANetworkThatThisMachineIsNotIn() throws Exception {
        byte[] content = TestFiles.content(10);
        Transfer transfer = send(content);
        IpAddr elsewhere =
                IpAddr.newBuilder().setIp("fe80::1%no-such-if").setPort(8600).build();
        backend.answerFileRequest(
                FILE_TYPE_OFFLINE,
                response -> response.clearIpAddrList()
                        .addIpAddrList(elsewhere)
                        .addIpAddrList(ScriptedBackend.ip(backend.fileServer.address())));
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            done(file);
            await(transfer.result());
        }
    }

    @Test
    void failsAtOnceWhenAFileServerSaysNothing() throws Exception {
        restart(options -> options.withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(2)));
        Transfer transfer = send(TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation silent = backend.fileServer.accept()) {
            assertFails(transfer, Reason.UNREACHABLE, "did not answer the login");
            silent.expect(Commands.FILE_LOGIN_REQ);
        }
    }

    @Test
    void failsAtOnceWhenAFileServerRefusesTheLogin() throws Exception {
        Transfer transfer = send(TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        ScriptedBackend.acceptIntoTask(backend.fileServer, CLIENT_OFFLINE_UPLOAD, 1)
                .close();
        assertFails(transfer, Reason.LOGIN_REFUSED, "does not let this user into the task");
    }

    @Test
    void goesOnWhenNothingMovesAnyMoreAndDoesNotCancelMeanwhile() throws Exception {
        restart(options -> options.withTransferTimeouts(Duration.ofMillis(100), Duration.ofSeconds(10)));
        byte[] content = TestFiles.content(2 * BLOCK);
        Transfer transfer = send(content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            file.expectClosed();
        }
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, BLOCK);
            done(file);
            await(transfer.result());
        }
    }

    @Test
    void triesOnWhileTheMsgServerIsAwayToo() throws Exception {
        restart(options -> options.withBackoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(200))));
        Transfer transfer = send(TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD);
        backend.msg.close();
        file.close();
        backend.msg = ScriptedBackend.acceptLogin(backend.msgServer, ScriptedBackend.ourWelcome());
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation again = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(again, TestFiles.content(10), 0);
            done(again);
            await(transfer.result());
        }
    }

    @Test
    void givesUpAfterAFewTriesInWhichNothingMoves() throws Exception {
        Transfer transfer = send(TestFiles.content(10));
        for (int attempt = 0; attempt <= 8; attempt++) {
            backend.answerFileRequest(FILE_TYPE_OFFLINE);
            backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD).close();
        }
        assertFails(transfer, Reason.CONNECTION_LOST, "");
    }

    @Test
    void asksAgainWhenItIsRefusedAfterABreak() throws Exception {
        Transfer transfer = send(TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD).close();
        for (int attempt = 1; attempt <= 8; attempt++) {
            backend.answerFileRequest(
                    FILE_TYPE_OFFLINE, response -> response.setResultCode(1).setResultString("no file-server is up"));
        }
        assertFails(transfer, Reason.REQUEST_REFUSED, "no file-server is up");
    }

    @Test
    void doesNotTryAgainWhatTheServerGaveUp() throws Exception {
        Transfer transfer = send(TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            file.send(
                    Commands.FILE_STATE,
                    0,
                    state(ClientFileState.CLIENT_FILE_CANCEL, ALICE).toBuilder()
                            .setResultString("the disk is full")
                            .build());
            assertFails(transfer, Reason.CANCELLED_BY_PEER, "gave up the upload: the disk is full");
        }
    }

    private void restartWithLittlePatience() throws Exception {
        restart(options -> options.withTransferTimeouts(Duration.ofMillis(50), Duration.ofSeconds(10))
                .withHeartbeat(Duration.ofMillis(100), Duration.ofSeconds(10)));
    }

    private static void letLongerPassThanMayWhileNothingMoves(Conversation file) throws IOException {
        for (int beat = 0; beat < 5; beat++) {
            file.expect(Commands.OTHER_HEARTBEAT);
        }
    }

    @Test
    void waitsForTheWordThatTheFileIsStoredAsLongAsTheServerLives() throws Exception {
        restartWithLittlePatience();
        byte[] content = TestFiles.content(10);
        Transfer transfer = send(content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            letLongerPassThanMayWhileNothingMoves(file);
            done(file);
            await(transfer.result());
        }
    }

    @Test
    void waitsForTheFirstQuestionAsLongAsTheServerLives() throws Exception {
        restartWithLittlePatience();
        byte[] content = TestFiles.content(10);
        Transfer transfer = send(content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            letLongerPassThanMayWhileNothingMoves(file);
            pullAndExpect(file, content, 0);
            done(file);
            await(transfer.result());
        }
    }

    // Ending it

    @Test
    void aCancelledUploadIsCancelledAtTheServer() throws Exception {
        Transfer transfer = send(TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            transfer.cancel();
            assertThat(file.expect(Commands.FILE_STATE)).isEqualTo(state(ClientFileState.CLIENT_FILE_CANCEL, ALICE));
            file.expectClosed();
        }
        assertFails(transfer, Reason.CANCELLED, "");
    }

    @Test
    void aClientThatClosesOnlyStopsSoThatTheUploadCanGoOnAnotherTime() throws Exception {
        byte[] content = TestFiles.content(2 * BLOCK);
        Transfer transfer = send(content);
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        try (Conversation file = backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD)) {
            pullAndExpect(file, content, 0);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(backend.client::close);
            file.expectClosed();
            file.end();
            backend.msg.expect(Commands.LOGIN_REQ_LOGINOUT);
            backend.msg.close();
            await(closing);
        }
        assertFails(transfer, Reason.CANCELLED, "");
    }

    @Test
    void canBeCancelledBetweenTwoTries() throws Exception {
        restart(options -> options.withBackoff(new Backoff(Duration.ofHours(1), Duration.ofHours(1))));
        Transfer transfer = send(TestFiles.content(10));
        backend.answerFileRequest(FILE_TYPE_OFFLINE);
        backend.acceptIntoTask(CLIENT_OFFLINE_UPLOAD).close();
        skipChecksum(10);
        assertThat(events.next()).isEqualTo("started OFFLINE");
        assertThat(events.next()).isEqualTo("retry after CONNECTION_LOST");
        transfer.cancel();
        assertFails(transfer, Reason.CANCELLED, "");
    }

    @Test
    void anOnlineTransferIsNotTriedAgain() throws Exception {
        Transfer transfer = send(TestFiles.content(10));
        Received<IMFileReq> request = backend.msg.expectPdu(Commands.FILE_REQUEST);
        backend.respond(request, FILE_TYPE_ONLINE);
        backend.fileServer.accept().close();
        assertFails(transfer, Reason.CONNECTION_LOST, "ended before it answered the login");
    }
}
