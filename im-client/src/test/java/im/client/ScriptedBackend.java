package im.client;

import com.google.common.net.HostAndPort;
import com.google.protobuf.ByteString;
import im.netlib.Backoff;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.IpAddr;
import im.proto.base.ResultType;
import im.proto.base.TransferFileType;
import im.proto.base.UserInfo;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.file.IMFileState;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A msg-server and a file-server played by hand, and a client that is logged in at the first: alice (1), who knows bob (2). */
public final class ScriptedBackend implements AutoCloseable {
    public static final int ALICE = 1;
    public static final int BOB = 2;
    public static final String TASK = "55db807d-8122-4c38-b478-8bd5a1bdcde5";
    public static final int OK = 0;

    /** Files of 4 GiB and more, blocks that grow, several pulls at once. */
    private static final int CLIENT_CAPABILITIES = 15;

    /** Of alicepw, as real clients send it. */
    private static final String PASSWORD_MD5 = "15da1f78ad7d474862865bab1aab4d51";

    final ScriptedServer msgServer;
    final ScriptedServer fileServer;
    final RecordedEvents events = new RecordedEvents();
    Conversation msg;
    ImClient client;

    private ScriptedBackend() throws IOException {
        msgServer = ScriptedServer.start();
        fileServer = ScriptedServer.start();
    }

    static ScriptedBackend start() throws Exception {
        return start(options -> options);
    }

    interface Change {
        ClientOptions apply(ClientOptions options);
    }

    /** With a msg-server of others, which announces nothing. */
    static ScriptedBackend start(Change change) throws Exception {
        return start(change, welcome());
    }

    /** With a msg-server of this project. */
    static ScriptedBackend startOurs(Change change) throws Exception {
        return start(change, ourWelcome());
    }

    private static ScriptedBackend start(Change change, IMLoginRes welcome) throws Exception {
        ScriptedBackend backend = new ScriptedBackend();
        CompletableFuture<ImClient> connecting =
                ImClient.connect(change.apply(options(backend.msgServer.address())), backend.events);
        backend.msg = acceptLogin(backend.msgServer, welcome);
        backend.client = await(connecting);
        backend.events.next();
        return backend;
    }

    static ClientOptions options(HostAndPort server) {
        return ClientOptions.of(server, "alice", "alicepw")
                .withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(20)));
    }

    static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(ScriptedServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    public static Conversation acceptLogin(ScriptedServer server) throws IOException {
        return acceptLogin(server, welcome());
    }

    public static Conversation acceptLogin(ScriptedServer server, IMLoginRes welcome) throws IOException {
        Conversation conversation = server.accept();
        Conversation.Received<IMLoginReq> login = conversation.expectPdu(Commands.LOGIN_REQ_USERLOGIN);
        if (!login.message().getPassword().equals(PASSWORD_MD5)) {
            throw new AssertionError("wrong password: " + login.message());
        }
        if (login.message().getCapabilities() != 1) {
            throw new AssertionError("wrong capabilities: " + login.message());
        }
        conversation.send(Commands.LOGIN_RES_USERLOGIN, login.seq(), welcome);
        return conversation;
    }

    public static IMLoginRes welcome() {
        return IMLoginRes.newBuilder()
                .setServerTime(1)
                .setResultCode(ResultType.REFUSE_REASON_NONE)
                .setUserInfo(user(ALICE, "alice"))
                .build();
    }

    /** Announces files of 4 GiB and more, and with them all fields of ours. */
    public static IMLoginRes ourWelcome() {
        return welcome().toBuilder().setCapabilities(1).build();
    }

    static IMLoginRes refusal(ResultType why, String words) {
        return IMLoginRes.newBuilder()
                .setServerTime(1)
                .setResultCode(why)
                .setResultString(words)
                .build();
    }

    /** Everybody there is: alice (1) and bob (2). */
    public static void answerUsers(Conversation msg) throws IOException {
        answerUsers(msg, 0, user(ALICE, "alice"), user(BOB, "bob"));
    }

    /** @return from which time on was asked */
    public static int answerUsers(Conversation msg, int latestUpdateTime, UserInfo... users) throws IOException {
        Conversation.Received<IMAllUserReq> asked = msg.expectPdu(Commands.BUDDY_LIST_ALL_USER_REQUEST);
        msg.send(
                Commands.BUDDY_LIST_ALL_USER_RESPONSE,
                asked.seq(),
                IMAllUserRsp.newBuilder()
                        .setUserId(ALICE)
                        .setLatestUpdateTime(latestUpdateTime)
                        .addAllUserList(List.of(users))
                        .build());
        return asked.message().getLatestUpdateTime();
    }

    public static UserInfo user(int id, String name) {
        return UserInfo.newBuilder()
                .setUserId(id)
                .setUserGender(1)
                .setUserNickName(name.toUpperCase(Locale.ROOT))
                .setAvatarUrl("")
                .setDepartmentId(1)
                .setEmail("")
                .setUserRealName(name)
                .setUserTel("")
                .setUserDomain(name)
                .setStatus(0)
                .build();
    }

    public static IpAddr ip(HostAndPort address) {
        return IpAddr.newBuilder()
                .setIp(address.getHost())
                .setPort(address.getPort())
                .build();
    }

    IMFileReq answerFileRequest(TransferFileType mode) throws IOException {
        return answerFileRequest(mode, response -> response);
    }

    IMFileReq answerFileRequest(TransferFileType mode, UnaryOperator<IMFileRsp.Builder> change) throws IOException {
        Conversation.Received<IMFileReq> request = msg.expectPdu(Commands.FILE_REQUEST);
        msg.send(
                Commands.FILE_RESPONSE,
                request.seq(),
                change.apply(response(request.message(), mode, fileServer)).build());
        return request.message();
    }

    void respond(Conversation.Received<IMFileReq> request, TransferFileType mode) throws IOException {
        respond(msg, request, mode, fileServer);
    }

    public static void respond(
            Conversation msg,
            Conversation.Received<IMFileReq> request,
            TransferFileType mode,
            ScriptedServer fileServer)
            throws IOException {
        msg.send(
                Commands.FILE_RESPONSE,
                request.seq(),
                response(request.message(), mode, fileServer).build());
    }

    public static IMFileRsp.Builder response(IMFileReq request, TransferFileType mode, ScriptedServer fileServer) {
        return IMFileRsp.newBuilder()
                .setResultCode(OK)
                .setFromUserId(ALICE)
                .setToUserId(request.getToUserId())
                .setFileName(request.getFileName())
                .setTaskId(TASK)
                .addIpAddrList(ip(fileServer.address()))
                .setTransMode(mode);
    }

    FileOffer offer(String name, long size, TransferMode mode) {
        return new FileOffer(
                BOB,
                ALICE,
                name,
                size,
                TASK,
                List.of(fileServer.address()),
                mode,
                mode == TransferMode.OFFLINE,
                FileDetails.NONE,
                OptionalInt.empty());
    }

    /** Lets the client into the task, in the role that it must ask for. */
    Conversation acceptIntoTask(ClientFileRole role) throws IOException {
        return acceptIntoTask(fileServer, role, OK);
    }

    public static Conversation acceptIntoTask(ScriptedServer server, ClientFileRole role, int result)
            throws IOException {
        return acceptIntoTask(server, loginRequest(role).build(), loginAnswer().setResultCode(result));
    }

    /** Lets the client into the task, if it asks just so. */
    public static Conversation acceptIntoTask(
            ScriptedServer server, IMFileLoginReq expected, IMFileLoginRsp.Builder answer) throws IOException {
        Conversation file = server.accept();
        Conversation.Received<IMFileLoginReq> login = file.expectPdu(Commands.FILE_LOGIN_REQ);
        if (!login.message().equals(expected)) {
            throw new AssertionError("expected " + expected + " but got " + login.message());
        }
        file.send(Commands.FILE_LOGIN_RES, login.seq(), answer.build());
        return file;
    }

    public static IMFileLoginReq.Builder loginRequest(ClientFileRole role) {
        return IMFileLoginReq.newBuilder()
                .setUserId(ALICE)
                .setTaskId(TASK)
                .setFileRole(role)
                .setCapabilities(CLIENT_CAPABILITIES);
    }

    public static IMFileLoginRsp.Builder loginAnswer() {
        return IMFileLoginRsp.newBuilder().setResultCode(OK).setTaskId(TASK);
    }

    public static IMFileState state(ClientFileState state, int userId) {
        return IMFileState.newBuilder()
                .setState(state)
                .setTaskId(TASK)
                .setUserId(userId)
                .build();
    }

    public static IMFilePullDataReq pull(int userId, TransferFileType mode, int offset, int size) {
        return IMFilePullDataReq.newBuilder()
                .setTaskId(TASK)
                .setUserId(userId)
                .setTransMode(mode)
                .setOffset(offset)
                .setDataSize(size)
                .build();
    }

    public static IMFilePullDataRsp block(int userId, int offset, byte[] data, int from, int length) {
        return IMFilePullDataRsp.newBuilder()
                .setResultCode(OK)
                .setTaskId(TASK)
                .setUserId(userId)
                .setOffset(offset)
                .setFileData(ByteString.copyFrom(data, from, length))
                .build();
    }

    @Override
    public void close() throws IOException {
        // The servers first: a client that says goodbye waits for nobody then.
        msg.close();
        msgServer.close();
        fileServer.close();
        client.close();
    }
}
