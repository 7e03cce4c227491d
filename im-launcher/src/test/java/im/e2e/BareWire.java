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
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import im.testkit.WireClient;
import im.testkit.WireClient.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/** What a client says that knows the protocol's messages and nothing of ours. */
final class BareWire {
    static final byte[] CONTENT = "what alice has to tell bob".getBytes(StandardCharsets.US_ASCII);
    static final int ALICE = 1;
    static final int BOB = 2;
    static final int CAROL = 3;

    private BareWire() {}

    /** At this msg-server, on a desktop. */
    static WireClient login(InetSocketAddress msgServer, String user) throws Exception {
        return login(msgServer, user, ClientType.CLIENT_TYPE_WINDOWS);
    }

    static WireClient login(InetSocketAddress msgServer, String user, ClientType type) throws Exception {
        WireClient client = WireClient.connect(msgServer);
        String md5 = HexFormat.of()
                .formatHex(MessageDigest.getInstance("MD5").digest((user + "pw").getBytes(StandardCharsets.UTF_8)));
        client.send(
                Commands.LOGIN_REQ_USERLOGIN,
                1,
                IMLoginReq.newBuilder()
                        .setUserName(user)
                        .setPassword(md5)
                        .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                        .setClientType(type)
                        .build());
        IMLoginRes result = client.expect(Commands.LOGIN_RES_USERLOGIN);
        assertThat(result.getResultCode()).isEqualTo(ResultType.REFUSE_REASON_NONE);
        assertThat(result.getUserInfo().getUserDomain()).isEqualTo(user);
        return client;
    }

    /** The next frame that is not about somebody's presence. */
    static Frame next(WireClient client) throws IOException {
        Frame frame = client.receive();
        while (frame.commandId() == Commands.BUDDY_LIST_STATUS_NOTIFY.commandId()) {
            frame = client.receive();
        }
        return frame;
    }

    static IMFileReq fileRequest(TransferFileType mode) {
        return IMFileReq.newBuilder()
                .setFromUserId(99)
                .setToUserId(BOB)
                .setFileName("C:\\letters\\hello.txt")
                .setFileSize(CONTENT.length)
                .setTransMode(mode)
                .build();
    }

    static IMFileRsp request(WireClient alice, TransferFileType mode) throws IOException {
        alice.send(Commands.FILE_REQUEST, 100, fileRequest(mode));
        Frame frame = next(alice);
        IMFileRsp answer = frame.parse(Commands.FILE_RESPONSE);
        assertThat(frame.seq()).isEqualTo(100);
        assertThat(answer.getResultCode()).isZero();
        assertThat(answer.getFromUserId()).isEqualTo(ALICE);
        assertThat(answer.getFileName()).isEqualTo("C:\\letters\\hello.txt");
        return answer;
    }

    static WireClient join(IpAddr address, int user, String task, ClientFileRole role) throws IOException {
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

    static IMFilePullDataReq pull(String task, int offset, int length) {
        return IMFilePullDataReq.newBuilder()
                .setTaskId(task)
                .setUserId(BOB)
                .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                .setOffset(offset)
                .setDataSize(length)
                .build();
    }

    static IMFilePullDataRsp answerTo(IMFilePullDataReq pull) {
        int length = Math.min(pull.getDataSize(), CONTENT.length - pull.getOffset());
        return IMFilePullDataRsp.newBuilder()
                .setResultCode(0)
                .setTaskId(pull.getTaskId())
                .setUserId(ALICE)
                .setOffset(pull.getOffset())
                .setFileData(ByteString.copyFrom(CONTENT, pull.getOffset(), length))
                .build();
    }

    static IMFileHasOfflineRsp list(WireClient client, int user) throws IOException {
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

    /** An uploader that has sent everything. */
    static WireClient uploaded(IMFileRsp task) throws IOException {
        WireClient uploader =
                join(task.getIpAddrList(0), ALICE, task.getTaskId(), ClientFileRole.CLIENT_OFFLINE_UPLOAD);
        Frame pull = uploader.expectFrame(Commands.FILE_PULL_DATA_REQ);
        assertThat(pull.seq()).isZero();
        uploader.send(Commands.FILE_PULL_DATA_RSP, 0, answerTo(pull.parse(Commands.FILE_PULL_DATA_REQ)));
        return uploader;
    }

    static void assertDone(WireClient uploader) throws IOException {
        assertThat(uploader.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        uploader.expectClosed();
    }

    /** Alice says that she has uploaded it. */
    static void sayUploaded(WireClient alice, String task) throws IOException {
        alice.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                101,
                IMFileAddOfflineReq.newBuilder()
                        .setFromUserId(99)
                        .setToUserId(BOB)
                        .setTaskId(task)
                        .setFileName("C:\\letters\\hello.txt")
                        .setFileSize(CONTENT.length)
                        .build());
    }

    /** Bob says that he has it. */
    static void sayFetched(WireClient bob, String task) throws IOException {
        bob.send(
                Commands.FILE_DEL_OFFLINE_REQ,
                301,
                IMFileDelOfflineReq.newBuilder()
                        .setFromUserId(ALICE)
                        .setToUserId(BOB)
                        .setTaskId(task)
                        .build());
    }
}
