package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.loginRequest;
import static im.file.FileServerFixture.pull;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_DOWNLOAD;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileLoginRsp;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files for a group, at a real file-server whose msg-server says who is in it. */
@Timeout(120)
class GroupFilesIT {
    private static final int GROUP = 7;
    private static final int NOT_NOW = 3;
    private static final byte[] CONTENT = "what alice has to tell all".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private FileServerFixture fixture;

    private void start(String... settings) throws IOException {
        fixture = new FileServerFixture(folder, settings);
        fixture.msgServer()
                .send(
                        Commands.OTHER_FILE_SERVER_IP_REQ,
                        1,
                        IMFileServerIPReq.newBuilder()
                                .setCapabilities(Capabilities.RECORDS_STORED_FILES)
                                .build());
        assertThat(fixture.msgServer().expect(Commands.OTHER_FILE_SERVER_IP_RSP).getCapabilities()
                        & Capabilities.GROUP_FILES)
                .isNotZero();
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private IMFileTransferRsp ask(TransferFileType mode) throws IOException {
        return fixture.ask(IMFileTransferReq.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(0)
                .setGroupId(GROUP)
                .setFileName("menu.pdf")
                .setFileSize(CONTENT.length)
                .setTransMode(mode)
                .setAttachData(ByteString.copyFromUtf8("token")));
    }

    private String stored() throws IOException {
        String task = ask(TransferFileType.FILE_TYPE_OFFLINE).getTaskId();
        WireClient uploader = fixture.uploaded(task, CONTENT);
        IMFileAddOfflineReq announced = fixture.msgServer().expect(Commands.FILE_ADD_OFFLINE_REQ);
        assertThat(announced.getGroupId()).isEqualTo(GROUP);
        assertThat(announced.getToUserId()).isZero();
        fixture.msgServer()
                .send(
                        Commands.FILE_ADD_OFFLINE_REQ,
                        0,
                        announced.toBuilder().setResultCode(0).build());
        assertThat(uploader.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        return task;
    }

    private WireClient knocking(int user, String task) throws IOException {
        WireClient client = fixture.connect();
        client.send(
                Commands.FILE_LOGIN_REQ,
                1,
                loginRequest(user, task, CLIENT_OFFLINE_DOWNLOAD).build());
        return client;
    }

    /** Whether this user may have it is what the msg-server is asked next. */
    private IMFileHasOfflineReq question(int user, String task) throws IOException {
        IMFileHasOfflineReq question = fixture.msgServer().expect(Commands.FILE_HAS_OFFLINE_REQ);
        assertThat(question.getUserId()).isEqualTo(user);
        assertThat(question.getTaskIdListList()).containsExactly(task);
        return question;
    }

    private void answer(IMFileHasOfflineReq question, IMFileHasOfflineRsp.Builder answer) throws IOException {
        fixture.msgServer()
                .send(
                        Commands.FILE_HAS_OFFLINE_RES,
                        0,
                        answer.setUserId(question.getUserId())
                                .setAttachData(question.getAttachData())
                                .build());
    }

    private static IMFileHasOfflineRsp.Builder yes(String task) {
        return IMFileHasOfflineRsp.newBuilder().setResultCode(0).addWaitingTaskIdList(task);
    }

    private static void assertRefused(WireClient client) throws IOException {
        IMFileLoginRsp answer = client.expect(Commands.FILE_LOGIN_RES);
        assertThat(answer.getResultCode()).isNotZero();
        client.expectClosed();
    }

    @Test
    void whoeverTheDatabaseNamesFetchesItAsOftenAsHeComes() throws Exception {
        start();
        String task = stored();
        for (int user : new int[] {BOB, 3, BOB}) {
            WireClient member = knocking(user, task);
            answer(question(user, task), yes(task));
            assertThat(member.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
            member.send(
                    Commands.FILE_PULL_DATA_REQ,
                    2,
                    pull(task, 0, CONTENT.length).toBuilder().setUserId(user).build());
            assertThat(member.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toByteArray())
                    .isEqualTo(CONTENT);
            assertThat(member.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        }
    }

    @Test
    void othersAreRefused() throws Exception {
        start();
        String task = stored();
        WireClient stranger = knocking(4, task);
        answer(question(4, task), IMFileHasOfflineRsp.newBuilder().setResultCode(0));
        assertRefused(stranger);
        // As a msg-server that does not know the question answers another one.
        WireClient bob = knocking(BOB, task);
        answer(question(BOB, task), IMFileHasOfflineRsp.newBuilder());
        assertRefused(bob);
    }

    @Test
    void nobodyIsLetInWhileNobodyCanSay() throws Exception {
        start();
        String task = stored();
        WireClient bob = knocking(BOB, task);
        answer(question(BOB, task), IMFileHasOfflineRsp.newBuilder().setResultCode(NOT_NOW));
        assertRefused(bob);
        fixture.msgServer().close();
        assertRefused(knocking(BOB, task));
    }

    @Test
    void whoLeavesWhileHeWaitsCostsNothing() throws Exception {
        start();
        String task = stored();
        WireClient bob = knocking(BOB, task);
        IMFileHasOfflineReq question = question(BOB, task);
        bob.close();
        answer(question, yes(task));
        WireClient again = knocking(BOB, task);
        answer(question(BOB, task), yes(task));
        assertThat(again.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
    }

    @Test
    void itIsForAGroupAlsoAfterARestart() throws Exception {
        start();
        String task = stored();
        fixture.close();
        start();
        WireClient bob = knocking(BOB, task);
        answer(question(BOB, task), yes(task));
        assertThat(bob.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
    }

    @Test
    void itExpiresForAllOfThem() throws Exception {
        start("store.retention=1s", "records.janitor-every=200ms");
        String task = stored();
        WireClient.Frame frame = fixture.msgServer().receive();
        while (frame.commandId() != Commands.FILE_DEL_OFFLINE_REQ.commandId()) {
            answer(
                    frame.parse(Commands.FILE_HAS_OFFLINE_REQ),
                    IMFileHasOfflineRsp.newBuilder().setResultCode(0));
            frame = fixture.msgServer().receive();
        }
        IMFileDelOfflineReq expired = frame.parse(Commands.FILE_DEL_OFFLINE_REQ);
        assertThat(expired.getTaskId()).isEqualTo(task);
        assertThat(expired.getToUserId()).isZero();
    }

    @Test
    void itCannotBeRelayed() throws Exception {
        start();
        assertThat(ask(TransferFileType.FILE_TYPE_ONLINE).getResultCode()).isNotZero();
    }
}
