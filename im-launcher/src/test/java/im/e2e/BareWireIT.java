package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.ClientType;
import im.proto.base.IpAddr;
import im.proto.base.ResultType;
import im.proto.base.TransferFileType;
import im.proto.base.UserStatType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileNotify;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.file.IMFileState;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import im.testkit.WireClient;
import im.testkit.WireClient.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole stack, and clients that know the protocol's messages and nothing of ours, so that both sides cannot share a mistake. */
class BareWireIT {
    private static final byte[] CONTENT = "what alice has to tell bob".getBytes(StandardCharsets.US_ASCII);
    private static final int ALICE = 1;
    private static final int BOB = 2;
    private static final int CAROL = 3;

    @TempDir
    Path folder;

    private Servers servers;

    @BeforeEach
    void start() throws Exception {
        servers = Servers.start(folder);
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    private WireClient login(String user) throws Exception {
        WireClient client = WireClient.connect(servers.msgServerAddress());
        String md5 = HexFormat.of()
                .formatHex(MessageDigest.getInstance("MD5").digest((user + "pw").getBytes(StandardCharsets.UTF_8)));
        client.send(
                Commands.LOGIN_REQ_USERLOGIN,
                1,
                IMLoginReq.newBuilder()
                        .setUserName(user)
                        .setPassword(md5)
                        .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                        .setClientType(ClientType.CLIENT_TYPE_WINDOWS)
                        .build());
        IMLoginRes result = client.expect(Commands.LOGIN_RES_USERLOGIN);
        assertThat(result.getResultCode()).isEqualTo(ResultType.REFUSE_REASON_NONE);
        assertThat(result.getUserInfo().getUserDomain()).isEqualTo(user);
        return client;
    }

    /** The next frame that is not about somebody's presence. */
    private static Frame next(WireClient client) throws IOException {
        Frame frame = client.receive();
        while (frame.commandId() == Commands.BUDDY_LIST_STATUS_NOTIFY.commandId()) {
            frame = client.receive();
        }
        return frame;
    }

    private static IMFileRsp request(WireClient alice, TransferFileType mode) throws IOException {
        alice.send(
                Commands.FILE_REQUEST,
                100,
                IMFileReq.newBuilder()
                        .setFromUserId(99)
                        .setToUserId(BOB)
                        .setFileName("C:\\letters\\hello.txt")
                        .setFileSize(CONTENT.length)
                        .setTransMode(mode)
                        .build());
        Frame frame = next(alice);
        IMFileRsp answer = frame.parse(Commands.FILE_RESPONSE);
        assertThat(frame.seq()).isEqualTo(100);
        assertThat(answer.getResultCode()).isZero();
        assertThat(answer.getFromUserId()).isEqualTo(ALICE);
        assertThat(answer.getFileName()).isEqualTo("C:\\letters\\hello.txt");
        return answer;
    }

    private static WireClient join(IpAddr address, int user, String task, ClientFileRole role) throws IOException {
        WireClient client = WireClient.connect(address.getIp(), address.getPort(), Duration.ofSeconds(10));
        client.send(
                Commands.FILE_LOGIN_REQ,
                1,
                IMFileLoginReq.newBuilder()
                        .setUserId(user)
                        .setTaskId(task)
                        .setFileRole(role)
                        .build());
        assertThat(client.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
        return client;
    }

    private static IMFilePullDataReq pull(String task, int offset, int length) {
        return IMFilePullDataReq.newBuilder()
                .setTaskId(task)
                .setUserId(BOB)
                .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                .setOffset(offset)
                .setDataSize(length)
                .build();
    }

    private static IMFilePullDataRsp answerTo(IMFilePullDataReq pull) {
        int length = Math.min(pull.getDataSize(), CONTENT.length - pull.getOffset());
        return IMFilePullDataRsp.newBuilder()
                .setResultCode(0)
                .setTaskId(pull.getTaskId())
                .setUserId(ALICE)
                .setOffset(pull.getOffset())
                .setFileData(ByteString.copyFrom(CONTENT, pull.getOffset(), length))
                .build();
    }

    @Test
    void aFileGoesFromOneToTheOtherOnline() throws Exception {
        WireClient alice = login("alice");
        WireClient bob = login("bob");
        IMFileRsp task = request(alice, TransferFileType.FILE_TYPE_ONLINE);
        assertThat(task.getTransMode()).isEqualTo(TransferFileType.FILE_TYPE_ONLINE);

        Frame frame = next(bob);
        assertThat(frame.seq()).isZero();
        IMFileNotify notify = frame.parse(Commands.FILE_NOTIFY);
        assertThat(notify.getFromUserId()).isEqualTo(ALICE);
        assertThat(notify.getFileName()).isEqualTo("hello.txt");
        assertThat(notify.getTaskId()).isEqualTo(task.getTaskId());
        assertThat(notify.getOfflineReady()).isZero();

        String id = task.getTaskId();
        WireClient receiver = join(notify.getIpAddrList(0), BOB, id, ClientFileRole.CLIENT_REALTIME_RECVER);
        receiver.send(Commands.FILE_PULL_DATA_REQ, 2, pull(id, 0, 10));
        WireClient sender = join(task.getIpAddrList(0), ALICE, id, ClientFileRole.CLIENT_REALTIME_SENDER);
        IMFileState ready = receiver.expect(Commands.FILE_STATE);
        assertThat(ready.getState()).isEqualTo(ClientFileState.CLIENT_FILE_PEER_READY);
        assertThat(ready.getUserId()).isEqualTo(ALICE);

        sender.send(Commands.FILE_PULL_DATA_RSP, 2, answerTo(sender.expect(Commands.FILE_PULL_DATA_REQ)));
        assertThat(receiver.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toByteArray())
                .isEqualTo("what alice".getBytes(StandardCharsets.US_ASCII));
        receiver.send(Commands.FILE_PULL_DATA_REQ, 3, pull(id, 10, 32 << 10));
        sender.send(Commands.FILE_PULL_DATA_RSP, 3, answerTo(sender.expect(Commands.FILE_PULL_DATA_REQ)));
        assertThat(receiver.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toString(StandardCharsets.US_ASCII))
                .isEqualTo(" has to tell bob");
        receiver.send(
                Commands.FILE_STATE,
                4,
                IMFileState.newBuilder()
                        .setState(ClientFileState.CLIENT_FILE_DONE)
                        .setTaskId(id)
                        .setUserId(BOB)
                        .build());
        receiver.expectClosed();
        Frame done = sender.expectFrame(Commands.FILE_STATE);
        assertThat(done.seq()).isEqualTo(4);
        assertThat(done.parse(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        sender.expectClosed();
    }

    @Test
    void aFileForSomebodyWhoIsAwayIsStoredListedFetchedAndForgotten() throws Exception {
        WireClient alice = login("alice");
        IMFileRsp task = request(alice, TransferFileType.FILE_TYPE_ONLINE);
        assertThat(task.getTransMode()).isEqualTo(TransferFileType.FILE_TYPE_OFFLINE);
        String id = task.getTaskId();

        WireClient uploader = join(task.getIpAddrList(0), ALICE, id, ClientFileRole.CLIENT_OFFLINE_UPLOAD);
        Frame pull = uploader.expectFrame(Commands.FILE_PULL_DATA_REQ);
        assertThat(pull.seq()).isZero();
        uploader.send(Commands.FILE_PULL_DATA_RSP, 0, answerTo(pull.parse(Commands.FILE_PULL_DATA_REQ)));
        assertThat(uploader.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        uploader.expectClosed();

        WireClient bob = login("bob");
        alice.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                101,
                IMFileAddOfflineReq.newBuilder()
                        .setFromUserId(99)
                        .setToUserId(BOB)
                        .setTaskId(id)
                        .setFileName("C:\\letters\\hello.txt")
                        .setFileSize(CONTENT.length)
                        .build());
        IMFileNotify notify = next(bob).parse(Commands.FILE_NOTIFY);
        assertThat(notify.getOfflineReady()).isEqualTo(1);
        assertThat(notify.getFromUserId()).isEqualTo(ALICE);

        IMFileHasOfflineRsp list = list(bob, BOB);
        assertThat(list.hasAttachData()).isFalse();
        assertThat(list.getOfflineFileListList()).singleElement().satisfies(file -> {
            assertThat(file.getTaskId()).isEqualTo(id);
            assertThat(file.getFileName()).isEqualTo("hello.txt");
            assertThat(file.getFromUserId()).isEqualTo(ALICE);
            assertThat(file.getFileSize()).isEqualTo(CONTENT.length);
        });

        WireClient downloader = join(list.getIpAddrList(0), BOB, id, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);
        downloader.send(Commands.FILE_PULL_DATA_REQ, 2, pull(id, 0, 32 << 10));
        Frame block = downloader.expectFrame(Commands.FILE_PULL_DATA_RSP);
        assertThat(block.seq()).isEqualTo(2);
        assertThat(block.parse(Commands.FILE_PULL_DATA_RSP).getFileData().toByteArray())
                .isEqualTo(CONTENT);
        IMFileState done = downloader.expect(Commands.FILE_STATE);
        assertThat(done.getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        assertThat(done.getUserId()).isEqualTo(ALICE);
        downloader.expectClosed();

        bob.send(
                Commands.FILE_DEL_OFFLINE_REQ,
                301,
                IMFileDelOfflineReq.newBuilder()
                        .setFromUserId(ALICE)
                        .setToUserId(BOB)
                        .setTaskId(id)
                        .build());
        IMFileHasOfflineRsp after = list(bob, BOB);
        assertThat(after.getOfflineFileListList()).isEmpty();
        assertThat(after.getIpAddrListList()).isNotEmpty();
    }

    private static IMFileHasOfflineRsp list(WireClient client, int user) throws IOException {
        client.send(
                Commands.FILE_HAS_OFFLINE_REQ,
                300,
                IMFileHasOfflineReq.newBuilder().setUserId(99).build());
        Frame frame = next(client);
        while (frame.commandId() == Commands.FILE_NOTIFY.commandId()) {
            frame = next(client);
        }
        assertThat(frame.seq()).isEqualTo(300);
        IMFileHasOfflineRsp list = frame.parse(Commands.FILE_HAS_OFFLINE_RES);
        assertThat(list.getUserId()).isEqualTo(user);
        return list;
    }

    @Test
    void nobodyCanForgetAnothersFile() throws Exception {
        WireClient alice = login("alice");
        String id = request(alice, TransferFileType.FILE_TYPE_OFFLINE).getTaskId();
        alice.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                101,
                IMFileAddOfflineReq.newBuilder()
                        .setFromUserId(ALICE)
                        .setToUserId(BOB)
                        .setTaskId(id)
                        .setFileName("hello.txt")
                        .setFileSize(CONTENT.length)
                        .build());
        WireClient bob = login("bob");
        Await.until("the file is recorded", () -> isListed(bob));
        WireClient carol = login("carol");
        carol.send(
                Commands.FILE_DEL_OFFLINE_REQ,
                1,
                IMFileDelOfflineReq.newBuilder()
                        .setFromUserId(ALICE)
                        .setToUserId(BOB)
                        .setTaskId(id)
                        .build());
        // The server answers a list only after what carol sent before, so this waits for the deletion to have done
        // nothing.
        assertThat(list(carol, CAROL).getOfflineFileListList()).isEmpty();
        assertThat(isListed(bob)).isTrue();
    }

    private static boolean isListed(WireClient bob) {
        try {
            return list(bob, BOB).getOfflineFileListCount() == 1;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theRightAnswerToHostileInputIsToCloseThatConnectionAlone() throws Exception {
        WireClient alice = login("alice");
        for (String hex : new String[] {
            "00000001000100000001010300010000", "ffffffff000100000001010300010000", "deadbeefdeadbeefdeadbeefdeadbeef"
        }) {
            try (WireClient hostile = WireClient.connect(servers.msgServerAddress())) {
                hostile.sendRaw(HexFormat.of().parseHex(hex));
                hostile.expectClosed();
            }
        }
        try (WireClient early = WireClient.connect(servers.msgServerAddress())) {
            early.send(
                    Commands.FILE_HAS_OFFLINE_REQ,
                    1,
                    IMFileHasOfflineReq.newBuilder().setUserId(BOB).build());
            early.expectClosed();
        }
        assertThat(list(alice, ALICE).getUserId()).isEqualTo(ALICE);
    }
}
