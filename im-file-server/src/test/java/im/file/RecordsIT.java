package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileState;
import im.proto.other.IMHeartBeat;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a file-server tells and asks msg-servers that can answer. */
@Timeout(120)
class RecordsIT {
    private static final int REFUSED = 1;
    private static final int NOT_NOW = 3;
    private static final byte[] CONTENT = "what alice has to tell bob".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private FileServerFixture fixture;

    private void start(String... settings) throws IOException {
        fixture = new FileServerFixture(folder, settings);
        assertThat(introduced(fixture.msgServer()).getCapabilities() & Capabilities.ANNOUNCES_STORED_FILES)
                .isNotZero();
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private static IMFileServerIPRsp introduced(WireClient msgServer) throws IOException {
        msgServer.send(
                Commands.OTHER_FILE_SERVER_IP_REQ,
                1,
                IMFileServerIPReq.newBuilder()
                        .setCapabilities(Capabilities.RECORDS_STORED_FILES)
                        .build());
        return msgServer.expect(Commands.OTHER_FILE_SERVER_IP_RSP);
    }

    private static void answer(WireClient msgServer, IMFileAddOfflineReq stored, int result) throws IOException {
        msgServer.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                0,
                stored.toBuilder().setResultCode(result).build());
    }

    private IMFileAddOfflineReq announced() throws IOException {
        return fixture.msgServer().expect(Commands.FILE_ADD_OFFLINE_REQ);
    }

    /** Stored and recorded. */
    private String recorded() throws IOException {
        String task = fixture.offline(CONTENT.length);
        WireClient uploader = fixture.uploaded(task, CONTENT);
        answer(fixture.msgServer(), announced(), 0);
        assertDone(uploader);
        return task;
    }

    /** A heartbeat comes back behind everything that was sent before. */
    private static void assertHearsNothing(WireClient uploader) throws IOException {
        uploader.send(Commands.OTHER_HEARTBEAT, 3, IMHeartBeat.getDefaultInstance());
        uploader.expect(Commands.OTHER_HEARTBEAT);
    }

    private static void assertDone(WireClient uploader) throws IOException {
        assertThat(uploader.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        uploader.expectClosed();
    }

    /** The bytes of the only file in the store. */
    private Path data() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith("-file"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theUploaderHearsThatItIsDoneWhenItIsRecorded() throws Exception {
        start();
        String task = fixture.offline(CONTENT.length);
        WireClient uploader = fixture.uploaded(task, CONTENT);
        IMFileAddOfflineReq stored = announced();
        assertHearsNothing(uploader);
        assertThat(stored.getFromUserId()).isEqualTo(ALICE);
        assertThat(stored.getToUserId()).isEqualTo(BOB);
        assertThat(stored.getTaskId()).isEqualTo(task);
        assertThat(stored.getFileName()).isEqualTo("notes.txt");
        assertThat(stored.getFileSize()).isEqualTo(CONTENT.length);
        assertThat(stored.hasFileSize64()).isFalse();
        assertThat(stored.getExpiresAt()).isGreaterThan(Instant.now().getEpochSecond());
        assertThat(stored.getSha256().toByteArray())
                .isEqualTo(Hashing.sha256().hashBytes(CONTENT).asBytes());
        assertThat(stored.getFileServerId())
                .isEqualTo(introduced(fixture.msgServer()).getServerId());
        answer(fixture.msgServer(), stored, 0);
        assertDone(uploader);
    }

    @Test
    void aReceiverWhoIsToldBeforeTheFileServerIsGetsTheFile() throws Exception {
        start();
        String task = fixture.offline(CONTENT.length);
        WireClient uploader = fixture.uploaded(task, CONTENT);
        IMFileAddOfflineReq stored = announced();
        fixture.downloader(task);
        answer(fixture.msgServer(), stored, 0);
        assertDone(uploader);
    }

    @Test
    void aFileThatStillComesInCannotBeFetched() throws Exception {
        start();
        String task = fixture.offline(CONTENT.length);
        fixture.uploader(task).expect(Commands.FILE_PULL_DATA_REQ);
        assertThat(fixture.refusal(FileServerFixture.loginRequest(BOB, task, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)))
                .isEqualTo("no such file");
    }

    @Test
    void whatCannotBeRecordedNowIsAnnouncedAgain() throws Exception {
        start("records.retry-first=1ms", "records.retry-cap=10ms");
        WireClient uploader = fixture.uploaded(fixture.offline(CONTENT.length), CONTENT);
        IMFileAddOfflineReq first = announced();
        answer(fixture.msgServer(), first, NOT_NOW);
        IMFileAddOfflineReq second = announced();
        assertThat(second.getAttachData()).isNotEqualTo(first.getAttachData());
        assertHearsNothing(uploader);
        answer(fixture.msgServer(), second, 0);
        assertDone(uploader);
    }

    @Test
    void anotherMsgServerRecordsWhenTheOneThatAskedForTheTaskIsGone() throws Exception {
        start();
        WireClient another = fixture.connectMsgServer();
        introduced(another);
        WireClient uploader = fixture.uploaded(fixture.offline(CONTENT.length), CONTENT);
        announced();
        fixture.msgServer().close();
        answer(another, another.expect(Commands.FILE_ADD_OFFLINE_REQ), 0);
        assertDone(uploader);
    }

    @Test
    void anUploaderThatDoesNotWaitLosesNothing() throws Exception {
        start("records.retry-first=1ms", "records.retry-cap=10ms");
        WireClient uploader = fixture.uploaded(fixture.offline(CONTENT.length), CONTENT);
        IMFileAddOfflineReq stored = announced();
        uploader.close();
        answer(fixture.msgServer(), stored, NOT_NOW);
        answer(fixture.msgServer(), announced(), 0);
    }

    @Test
    void whatWasNotRecordedIsAnnouncedAfterARestart() throws Exception {
        start();
        String task = fixture.offline(CONTENT.length);
        WireClient uploader = fixture.uploaded(task, CONTENT);
        announced();
        assertHearsNothing(uploader);
        fixture.close();
        start();
        IMFileAddOfflineReq stored = announced();
        assertThat(stored.getTaskId()).isEqualTo(task);
        answer(fixture.msgServer(), stored, 0);
        recorded();
    }

    /** Records everything from now on, and says what, as often as it was told. */
    private CompletableFuture<List<String>> recordEverything() {
        WireClient msgServer = fixture.msgServer();
        return CompletableFuture.supplyAsync(() -> {
            List<String> tasks = new ArrayList<>();
            try {
                while (true) {
                    IMFileAddOfflineReq stored = msgServer.expect(Commands.FILE_ADD_OFFLINE_REQ);
                    tasks.add(stored.getTaskId());
                    answer(msgServer, stored, 0);
                }
            } catch (IOException | AssertionError closed) {
                return tasks;
            }
        });
    }

    /**
     * Sends {@link #CONTENT} once more, which is one block, and hears that it is done, and that the file that was announced before is the
     * only one there.
     */
    private void assertIsFoundWhenItIsSentAgain(IMFileAddOfflineReq announced) throws Exception {
        String task = fixture.offline(CONTENT.length);
        CompletableFuture<List<String>> recorded = recordEverything();
        answer(fixture.msgServer(), announced, 0);
        assertDone(fixture.uploaded(task, CONTENT));
        fixture.close();
        assertThat(recorded.get(60, TimeUnit.SECONDS)).isSubsetOf(announced.getTaskId());
        assertThat(filesInTheStore()).isEqualTo(1);
    }

    private int filesInTheStore() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return (int) all.filter(path -> path.toString().endsWith("-file")).count();
        }
    }

    @Test
    void anUploaderWhoseConnectionBrokeBeforeItHeardFindsItsFileWhenItSendsItAgain() throws Exception {
        start();
        WireClient uploader = fixture.uploaded(fixture.offline(CONTENT.length), CONTENT);
        IMFileAddOfflineReq stored = announced();
        uploader.reset();
        assertIsFoundWhenItIsSentAgain(stored);
    }

    @Test
    void soDoesOneWhoseServerWasStoppedBeforeTheFileWasRecorded() throws Exception {
        start();
        fixture.uploaded(fixture.offline(CONTENT.length), CONTENT);
        announced();
        fixture.close();
        start();
        assertIsFoundWhenItIsSentAgain(announced());
    }

    @Test
    void oneThatHeardThatItIsDoneSendsAnotherFile() throws Exception {
        start();
        String one = recorded();
        String other = recorded();
        assertThat(other).isNotEqualTo(one);
        assertThat(filesInTheStore()).isEqualTo(2);
    }

    @Test
    void forAMsgServerOfOthersItIsAnotherFileSinceTheSenderAnnouncesIt() throws Exception {
        fixture = new FileServerFixture(folder);
        fixture.uploaded(fixture.offline(CONTENT.length), CONTENT).reset();
        String again = fixture.offline(CONTENT.length);
        assertDone(fixture.uploaded(again, CONTENT));
        fixture.downloader(again);
    }

    @Test
    void anUploaderWaitsForALimitedTime() throws Exception {
        start("transfer.record-wait=1s");
        WireClient uploader = fixture.uploaded(fixture.offline(CONTENT.length), CONTENT);
        announced();
        IMFileState state = uploader.expect(Commands.FILE_STATE);
        assertThat(state.getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        assertThat(state.getResultString()).contains("stored");
        uploader.expectClosed();
        assertThat(data()).exists();
    }

    @Test
    void theUploaderHearsThatAFileCanNeverBeRecorded() throws Exception {
        start();
        WireClient uploader = fixture.uploaded(fixture.offline(CONTENT.length), CONTENT);
        answer(fixture.msgServer(), announced(), REFUSED);
        assertThat(uploader.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        assertThat(data()).exists();
    }

    private IMFileHasOfflineReq question() throws IOException {
        return fixture.msgServer().expect(Commands.FILE_HAS_OFFLINE_REQ);
    }

    private void answer(IMFileHasOfflineReq question, IMFileHasOfflineRsp.Builder answer) throws IOException {
        fixture.msgServer()
                .send(
                        Commands.FILE_HAS_OFFLINE_RES,
                        0,
                        answer.setUserId(0)
                                .setAttachData(question.getAttachData())
                                .build());
    }

    @Test
    void whatNobodyWantsAnyMoreIsDeletedWhenTheDatabaseSaysSo() throws Exception {
        start("records.janitor-every=200ms", "records.retry-first=1ms", "records.retry-cap=10ms");
        String task = recorded();
        IMFileHasOfflineReq first = question();
        assertThat(first.getTaskIdListList()).containsExactly(task);
        answer(first, IMFileHasOfflineRsp.newBuilder().addGoneTaskIdList(task).setResultCode(NOT_NOW));
        IMFileHasOfflineReq second = question();
        // As a msg-server of others would, that takes the question for another one.
        answer(second, IMFileHasOfflineRsp.newBuilder());
        IMFileHasOfflineReq third = question();
        Path data = data();
        answer(third, IMFileHasOfflineRsp.newBuilder().addGoneTaskIdList(task).setResultCode(0));
        Eventually.until("it is deleted", () -> Files.notExists(data));
        fixture.login(BOB, task, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD, 1);
    }

    @Test
    void whatTheDatabaseDoesNotKnowIsAnnouncedAgain() throws Exception {
        start("records.janitor-every=200ms");
        String task = recorded();
        answer(
                question(),
                IMFileHasOfflineRsp.newBuilder().addUnknownTaskIdList(task).setResultCode(0));
        IMFileAddOfflineReq again = announced();
        assertThat(again.getTaskId()).isEqualTo(task);
        assertThat(data()).exists();
    }

    @Test
    void whatHasExpiredIsDeletedWhenTheDatabaseKnows() throws Exception {
        start("store.retention=1s", "records.janitor-every=200ms", "records.retry-first=1ms", "records.retry-cap=10ms");
        String task = recorded();
        IMFileDelOfflineReq first = expired();
        assertThat(first.getTaskId()).isEqualTo(task);
        assertThat(first.getFromUserId()).isEqualTo(ALICE);
        assertThat(first.getToUserId()).isEqualTo(BOB);
        answer(first, NOT_NOW);
        IMFileDelOfflineReq second = expired();
        Path data = data();
        answer(second, 0);
        Eventually.until("it is deleted", () -> Files.notExists(data));
    }

    /** The next file that has expired; questions before that are answered. */
    private IMFileDelOfflineReq expired() throws IOException {
        WireClient.Frame frame = fixture.msgServer().receive();
        while (frame.commandId() != Commands.FILE_DEL_OFFLINE_REQ.commandId()) {
            if (frame.commandId() == Commands.FILE_HAS_OFFLINE_REQ.commandId()) {
                answer(
                        frame.parse(Commands.FILE_HAS_OFFLINE_REQ),
                        IMFileHasOfflineRsp.newBuilder().setResultCode(0));
            }
            frame = fixture.msgServer().receive();
        }
        return frame.parse(Commands.FILE_DEL_OFFLINE_REQ);
    }

    private void answer(IMFileDelOfflineReq expired, int result) throws IOException {
        fixture.msgServer()
                .send(
                        Commands.FILE_DEL_OFFLINE_REQ,
                        0,
                        expired.toBuilder().setResultCode(result).build());
    }
}
