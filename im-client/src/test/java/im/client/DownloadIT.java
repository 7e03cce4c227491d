package im.client;

import static im.client.OutgoingTransferIT.assertFails;
import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static im.client.ScriptedBackend.await;
import static im.client.ScriptedBackend.block;
import static im.client.ScriptedBackend.pull;
import static im.client.ScriptedBackend.state;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_DOWNLOAD;
import static im.proto.base.TransferFileType.FILE_TYPE_OFFLINE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.client.Conversation.Received;
import im.client.TransferException.Reason;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.OfflineFileInfo;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFilePullDataReq;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files from the store, which break off and go on. */
class DownloadIT {
    private static final int BLOCK = 32 << 10;
    private static final int LARGEST_BLOCK = 256 << 10;

    @TempDir
    private Path folder;

    private final RecordedTransfer events = new RecordedTransfer();
    private ScriptedBackend backend;

    @BeforeEach
    void start() throws Exception {
        backend = ScriptedBackend.startOurs(
                options -> options.withTransferTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10)));
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
    }

    private Transfer download(long size) {
        return download(backend.offer("a.bin", size, TransferMode.OFFLINE));
    }

    /** Of a file whose checksum is announced. */
    private Transfer download(byte[] content) {
        FileDetails details =
                new FileDetails(Optional.of(TestFiles.sha256(content)), Optional.empty(), ByteString.EMPTY);
        return download(TestFiles.with(backend.offer("a.bin", content.length, TransferMode.OFFLINE), details));
    }

    private Transfer download(FileOffer offer) {
        return backend.client.download(offer.asOfflineFile(), folder, events);
    }

    private Conversation acceptIntoTask() throws IOException {
        return backend.acceptIntoTask(CLIENT_OFFLINE_DOWNLOAD);
    }

    /** Expects a pull there and answers it. */
    private static void serve(Conversation file, byte[] content, int offset, int asked, int length) throws IOException {
        Received<IMFilePullDataReq> pull = file.expectPdu(Commands.FILE_PULL_DATA_REQ);
        assertThat(pull.message()).isEqualTo(pull(ALICE, FILE_TYPE_OFFLINE, offset, asked));
        file.send(Commands.FILE_PULL_DATA_RSP, pull.seq(), block(ALICE, offset, content, offset, length));
    }

    private static void done(Conversation file) throws IOException {
        file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
    }

    private void expectForgetting() throws IOException {
        assertThat(backend.msg.expect(Commands.FILE_DEL_OFFLINE_REQ))
                .isEqualTo(IMFileDelOfflineReq.newBuilder()
                        .setFromUserId(BOB)
                        .setToUserId(ALICE)
                        .setTaskId(ScriptedBackend.TASK)
                        .build());
    }

    private void expectNothingForgotten() throws IOException {
        backend.client.users();
        backend.msg.expect(Commands.BUDDY_LIST_ALL_USER_REQUEST);
    }

    // At one go

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BLOCK, 30 * BLOCK + 7})
    void asksAheadOnceBlocksDoNotGrowAndForgetsWhenTheFileIsInPlace(int size) throws Exception {
        byte[] content = TestFiles.content(size);
        Transfer transfer = download(size);
        try (Conversation file = acceptIntoTask()) {
            int first = Math.min(size, 2 * BLOCK);
            for (int offset = 0; offset < first; offset += BLOCK) {
                int length = Math.min(BLOCK, size - offset);
                serve(file, content, offset, length, length);
            }
            serveAhead(file, content, first);
            done(file);
            file.end();
            expectForgetting();
            assertThat(folder.resolve("a.bin")).as("in place before 0x050c").hasBinaryContent(content);
            TransferResult result = await(transfer.result());
            assertThat(result.sha256()).isEqualTo(TestFiles.sha256(content));
            assertThat(result.verified()).as("nobody announced a checksum").isFalse();
            assertThat(result.resumedAt()).isZero();
            assertThat(TestFiles.names(folder)).containsExactly("a.bin");
        }
    }

    private static void serveAhead(Conversation file, byte[] content, int from) throws IOException {
        Queue<Received<IMFilePullDataReq>> asked = new ArrayDeque<>();
        int blocks = (content.length - from + BLOCK - 1) / BLOCK;
        for (int i = 0; i < Math.min(16, blocks); i++) {
            asked.add(file.expectPdu(Commands.FILE_PULL_DATA_REQ));
        }
        for (int i = 0; i < blocks; i++) {
            Received<IMFilePullDataReq> pull = asked.remove();
            int offset = from + i * BLOCK;
            int length = Math.min(BLOCK, content.length - offset);
            assertThat(pull.message()).isEqualTo(pull(ALICE, FILE_TYPE_OFFLINE, offset, length));
            file.send(Commands.FILE_PULL_DATA_RSP, pull.seq(), block(ALICE, offset, content, offset, length));
            if (i + 16 < blocks) {
                asked.add(file.expectPdu(Commands.FILE_PULL_DATA_REQ));
            }
        }
    }

    @Test
    void asksForBlocksAsLongAsTheLastOne() throws Exception {
        byte[] content = TestFiles.content(4 * LARGEST_BLOCK);
        Transfer transfer = download(content);
        try (Conversation file = acceptIntoTask()) {
            int offset = 0;
            for (int length = BLOCK; length < LARGEST_BLOCK; length *= 2) {
                serve(file, content, offset, length, 2 * length);
                offset += 2 * length;
            }
            while (offset < content.length) {
                int length = Math.min(LARGEST_BLOCK, content.length - offset);
                serve(file, content, offset, length, length);
                offset += length;
            }
            done(file);
            assertThat(await(transfer.result()).verified()).isTrue();
        }
    }

    @Test
    void anEarlyDoneIsAnError() throws Exception {
        Transfer transfer = download(10);
        try (Conversation file = acceptIntoTask()) {
            file.send(Commands.FILE_STATE, 0, state(ClientFileState.CLIENT_FILE_DONE, BOB));
            assertFails(transfer, Reason.PROTOCOL, "done after 0 of 10");
        }
    }

    @Test
    void theSameFileIsNotReceivedTwiceAtOnce() throws Exception {
        Transfer first = download(10);
        try (Conversation file = acceptIntoTask()) {
            file.expect(Commands.FILE_PULL_DATA_REQ);
            assertFails(download(10), Reason.LOCAL_FILE, "already");
            first.cancel();
            file.expectClosed();
        }
    }

    @Test
    void verifiesWhatTheFileServerAnnounces() throws Exception {
        byte[] content = TestFiles.content(10);
        Transfer transfer = download(content.length);
        try (Conversation file = ScriptedBackend.acceptIntoTask(
                backend.fileServer,
                ScriptedBackend.loginRequest(CLIENT_OFFLINE_DOWNLOAD).build(),
                ScriptedBackend.loginAnswer()
                        .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(TestFiles.sha256(content)))))) {
            serve(file, content, 0, 10, 10);
            done(file);
            assertThat(await(transfer.result()).verified()).isTrue();
        }
    }

    @Test
    void keepsNothingThatHasAnotherChecksumAndLeavesItOnTheServer() throws Exception {
        byte[] content = TestFiles.content(10);
        Transfer transfer = download(content);
        try (Conversation file = acceptIntoTask()) {
            serve(file, new byte[10], 0, 10, 10);
            done(file);
            assertFails(transfer, Reason.CORRUPT, TestFiles.sha256(content));
        }
        assertThat(TestFiles.names(folder)).isEmpty();
        expectNothingForgotten();
    }

    // Going on

    private void answerOfflineFiles(OfflineFileInfo... files) throws IOException {
        backend.msg.send(
                Commands.FILE_HAS_OFFLINE_RES,
                backend.msg.expectPdu(Commands.FILE_HAS_OFFLINE_REQ).seq(),
                IMFileHasOfflineRsp.newBuilder()
                        .setUserId(ALICE)
                        .addIpAddrList(ScriptedBackend.ip(backend.fileServer.address()))
                        .addAllOfflineFileList(List.of(files))
                        .build());
    }

    private static OfflineFileInfo stored(int size) {
        return OfflineFileInfo.newBuilder()
                .setFromUserId(BOB)
                .setTaskId(ScriptedBackend.TASK)
                .setFileName("a.bin")
                .setFileSize(size)
                .setToken(ByteString.copyFromUtf8("new token"))
                .build();
    }

    @Test
    void goesOnByItselfAfterABreak() throws Exception {
        byte[] content = TestFiles.content(3 * BLOCK);
        Transfer transfer = download(content);
        try (Conversation file = acceptIntoTask()) {
            serve(file, content, 0, BLOCK, BLOCK);
            file.expect(Commands.FILE_PULL_DATA_REQ);
        }
        answerOfflineFiles(stored(content.length));
        try (Conversation file = ScriptedBackend.acceptIntoTask(
                backend.fileServer,
                ScriptedBackend.loginRequest(CLIENT_OFFLINE_DOWNLOAD)
                        .setToken(ByteString.copyFromUtf8("new token"))
                        .build(),
                ScriptedBackend.loginAnswer())) {
            serve(file, content, BLOCK, BLOCK, BLOCK);
            serve(file, content, 2 * BLOCK, BLOCK, BLOCK);
            done(file);
            TransferResult result = await(transfer.result());
            assertThat(result.resumedAt()).as("all of it came now").isZero();
            assertThat(result.path()).hasBinaryContent(content);
        }
        assertThat(events.next()).isEqualTo("started OFFLINE");
        assertThat(events.next()).isEqualTo("retry after CONNECTION_LOST");
        assertThat(events.next()).isEqualTo("started OFFLINE");
        assertThat(events.next()).isEqualTo("resumed at " + BLOCK + " of " + content.length);
    }

    @Test
    void asksForNothingWhenItBreaksBetweenTheLastBlockAndTheWordThatItIsDone() throws Exception {
        byte[] content = TestFiles.content(BLOCK);
        Transfer transfer = download(content);
        try (Conversation file = acceptIntoTask()) {
            serve(file, content, 0, BLOCK, BLOCK);
        }
        answerOfflineFiles(stored(content.length));
        try (Conversation file = ScriptedBackend.acceptIntoTask(
                backend.fileServer,
                ScriptedBackend.loginRequest(CLIENT_OFFLINE_DOWNLOAD)
                        .setToken(ByteString.copyFromUtf8("new token"))
                        .build(),
                ScriptedBackend.loginAnswer())) {
            TransferResult result = await(transfer.result());
            assertThat(result.path()).hasBinaryContent(content);
            file.expectClosed();
        }
        expectForgetting();
    }

    @Test
    void isOverWhenTheFileIsNotThereAnyMoreAfterABreak() throws Exception {
        Transfer transfer = download(10);
        acceptIntoTask().close();
        answerOfflineFiles();
        assertFails(transfer, Reason.LOGIN_REFUSED, "not stored");
    }

    @Test
    void aProgramThatIsStartedAgainGoesOn() throws Exception {
        byte[] content = TestFiles.content(3 * BLOCK);
        closeInTheMiddle(content);
        restart();
        Transfer transfer = download(content);
        try (Conversation file = acceptIntoTask()) {
            serve(file, content, BLOCK, BLOCK, BLOCK);
            serve(file, content, 2 * BLOCK, BLOCK, BLOCK);
            done(file);
            TransferResult result = await(transfer.result());
            assertThat(result.resumedAt()).isEqualTo(BLOCK);
            assertThat(result.verified()).isTrue();
            assertThat(result.path()).hasBinaryContent(content);
        }
        assertThat(TestFiles.names(folder)).containsExactly("a.bin");
    }

    @Test
    void startsOnceMoreFromZeroWhenWhatWasThereIsNotTheBeginning() throws Exception {
        byte[] content = TestFiles.content(3 * BLOCK);
        closeInTheMiddle(content);
        Path part = folder.resolve(TestFiles.names(folder).get(0));
        Files.write(part, new byte[BLOCK]);
        restart();
        Transfer transfer = download(content);
        try (Conversation file = acceptIntoTask()) {
            serve(file, content, BLOCK, BLOCK, BLOCK);
            serve(file, content, 2 * BLOCK, BLOCK, BLOCK);
            done(file);
            file.expectClosed();
        }
        answerOfflineFiles(stored(content.length).toBuilder()
                .clearToken()
                .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(TestFiles.sha256(content))))
                .build());
        try (Conversation file = acceptIntoTask()) {
            for (int offset = 0; offset < content.length; offset += BLOCK) {
                serve(file, content, offset, BLOCK, BLOCK);
            }
            done(file);
            TransferResult result = await(transfer.result());
            assertThat(result.resumedAt()).isZero();
            assertThat(result.path()).hasBinaryContent(content);
        }
    }

    /** Leaves one block behind. */
    private void closeInTheMiddle(byte[] content) throws Exception {
        CompletableFuture<Void> oneBlock = new CompletableFuture<>();
        Transfer transfer = backend.client.download(
                TestFiles.with(
                                backend.offer("a.bin", content.length, TransferMode.OFFLINE),
                                new FileDetails(
                                        Optional.of(TestFiles.sha256(content)), Optional.empty(), ByteString.EMPTY))
                        .asOfflineFile(),
                folder,
                new TransferListener() {
                    @Override
                    public void onProgress(long done, long total) {
                        oneBlock.complete(null);
                    }
                });
        try (Conversation file = acceptIntoTask()) {
            serve(file, content, 0, BLOCK, BLOCK);
            await(oneBlock);
            file.expect(Commands.FILE_PULL_DATA_REQ);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(backend.client::close);
            file.expectClosed();
            file.end();
            backend.msg.expect(Commands.LOGIN_REQ_LOGINOUT);
            backend.msg.close();
            await(closing);
        }
        assertFails(transfer, Reason.CANCELLED, "");
        assertThat(TestFiles.names(folder)).singleElement().asString().endsWith(".part");
    }

    private void restart() throws Exception {
        backend.close();
        start();
    }

    // Ending it

    @Test
    void aDownloadThatIsGivenUpLeavesTheFileOnTheServerAndNothingHere() throws Exception {
        Transfer transfer = download(2 * BLOCK);
        try (Conversation file = acceptIntoTask()) {
            serve(file, new byte[BLOCK], 0, BLOCK, BLOCK);
            file.expect(Commands.FILE_PULL_DATA_REQ);
            transfer.cancel();
            file.expectClosed();
            assertFails(transfer, Reason.CANCELLED, "");
        }
        assertThat(TestFiles.names(folder)).isEmpty();
        expectNothingForgotten();
    }
}
