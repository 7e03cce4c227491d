package im.file;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFileLoginRsp;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileState;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.server.Settings;
import im.server.management.Telemetry;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real file-server on free ports, and bare sockets that talk to it. */
final class FileServerFixture implements AutoCloseable {
    static final int ALICE = 1;
    static final int BOB = 2;

    private final Telemetry telemetry = new Telemetry();
    private final FileServer server;
    private final WireClient msgServer;
    private final List<WireClient> clients = new ArrayList<>();

    FileServerFixture(Path folder, String... settings) throws IOException {
        Map<String, String> overrides = new HashMap<>(Map.of(
                "file-server.client.host", "127.0.0.1",
                "file-server.client.port", "0",
                "file-server.internal.port", "0",
                "file-server.store.folder", folder.toString()));
        for (String setting : settings) {
            String[] keyAndValue = setting.split("=", 2);
            overrides.put("file-server." + keyAndValue[0], keyAndValue[1]);
        }
        server = FileServer.start(
                FileServerConfig.read(Settings.load(Optional.empty(), overrides).at("file-server")), telemetry);
        telemetry.started();
        msgServer = WireClient.connect(server.internalAddresses().get(0));
    }

    /** Why the server is not ready. */
    List<String> missing() {
        return telemetry.missing();
    }

    Telemetry telemetry() {
        return telemetry;
    }

    FileServer server() {
        return server;
    }

    /** How many clients are connected. */
    int clientCount() {
        return connections("client");
    }

    /** How many msg-servers are. */
    int msgServerCount() {
        return connections("msg-server");
    }

    private int connections(String role) {
        return (int) telemetry
                .meters()
                .get("im.connections")
                .tag("role", role)
                .gauge()
                .value();
    }

    /** How often clients ran into this limit. */
    int reached(String limit) {
        return (int) telemetry
                .meters()
                .get("im.limits.reached")
                .tags("role", "client", "limit", limit)
                .functionCounter()
                .count();
    }

    WireClient msgServer() {
        return msgServer;
    }

    /** A task, as a msg-server asks for it; gives its id. */
    String task(TransferFileType mode, String name, long size) throws IOException {
        IMFileTransferReq.Builder request = IMFileTransferReq.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(BOB)
                .setFileName(name)
                .setFileSize((int) Math.min(size, 0xffff_ffffL))
                .setTransMode(mode)
                .setAttachData(ByteString.copyFromUtf8("token"));
        if (size > 0xffff_ffffL) {
            request.setFileSize64(size);
        }
        IMFileTransferRsp answer = ask(request);
        if (answer.getResultCode() != 0) {
            throw new AssertionError("task refused: " + answer);
        }
        return answer.getTaskId();
    }

    IMFileTransferRsp ask(IMFileTransferReq.Builder request) throws IOException {
        msgServer.send(Commands.OTHER_FILE_TRANSFER_REQ, 9, request.build());
        return msgServer.expect(Commands.OTHER_FILE_TRANSFER_RSP);
    }

    String online(long size) throws IOException {
        return task(TransferFileType.FILE_TYPE_ONLINE, "notes.txt", size);
    }

    String offline(long size) throws IOException {
        return task(TransferFileType.FILE_TYPE_OFFLINE, "notes.txt", size);
    }

    /** Another msg-server. */
    WireClient connectMsgServer() throws IOException {
        WireClient another = WireClient.connect(server.internalAddresses().get(0));
        clients.add(another);
        return another;
    }

    WireClient connect() throws IOException {
        WireClient client = WireClient.connect(server.clientAddresses().get(0));
        clients.add(client);
        return client;
    }

    /** From another address of this machine. */
    WireClient connectFrom(String localAddress) throws IOException {
        WireClient client =
                WireClient.connectFrom(localAddress, server.clientAddresses().get(0));
        clients.add(client);
        return client;
    }

    static IMFileLoginReq.Builder loginRequest(int user, String task, ClientFileRole role) {
        return IMFileLoginReq.newBuilder().setUserId(user).setTaskId(task).setFileRole(role);
    }

    /** A client whose login the server answered with this result. */
    WireClient login(int user, String task, ClientFileRole role, int expectedResult) throws IOException {
        return login(loginRequest(user, task, role), expectedResult);
    }

    WireClient login(IMFileLoginReq.Builder request, int expectedResult) throws IOException {
        WireClient client = connect();
        client.send(Commands.FILE_LOGIN_REQ, 1, request.build());
        IMFileLoginRsp answer = client.expect(Commands.FILE_LOGIN_RES);
        if (answer.getResultCode() != expectedResult) {
            throw new AssertionError("login answered with " + answer);
        }
        return client;
    }

    /** Why this login is refused. */
    String refusal(IMFileLoginReq.Builder request) throws IOException {
        WireClient client = connect();
        client.send(Commands.FILE_LOGIN_REQ, 1, request.build());
        IMFileLoginRsp answer = client.expect(Commands.FILE_LOGIN_RES);
        if (answer.getResultCode() == 0) {
            throw new AssertionError("login accepted");
        }
        client.expectClosed();
        return answer.getResultString();
    }

    WireClient sender(String task) throws IOException {
        return login(ALICE, task, ClientFileRole.CLIENT_REALTIME_SENDER, 0);
    }

    WireClient receiver(String task) throws IOException {
        return login(BOB, task, ClientFileRole.CLIENT_REALTIME_RECVER, 0);
    }

    WireClient uploader(String task) throws IOException {
        return login(ALICE, task, ClientFileRole.CLIENT_OFFLINE_UPLOAD, 0);
    }

    WireClient downloader(String task) throws IOException {
        return login(BOB, task, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD, 0);
    }

    /** Stores a file the way an uploader does; gives its task id. */
    String stored(byte[] content) throws IOException {
        String task = offline(content.length);
        WireClient uploader = uploaded(task, content);
        if (uploader.expect(Commands.FILE_STATE).getState() != ClientFileState.CLIENT_FILE_DONE) {
            throw new AssertionError("the upload did not end as done");
        }
        uploader.expectClosed();
        return task;
    }

    /** An uploader that has sent everything. */
    WireClient uploaded(String task, byte[] content) throws IOException {
        WireClient uploader = uploader(task);
        int sent = 0;
        while (sent < content.length) {
            IMFilePullDataReq pull = uploader.expect(Commands.FILE_PULL_DATA_REQ);
            uploader.send(
                    Commands.FILE_PULL_DATA_RSP,
                    0,
                    block(
                            task,
                            ALICE,
                            pull.getOffset(),
                            ByteString.copyFrom(content, pull.getOffset(), pull.getDataSize())));
            sent += pull.getDataSize();
        }
        return uploader;
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

    static IMFilePullDataRsp block(String task, int user, int offset, ByteString data) {
        return IMFilePullDataRsp.newBuilder()
                .setResultCode(0)
                .setTaskId(task)
                .setUserId(user)
                .setOffset(offset)
                .setFileData(data)
                .build();
    }

    static IMFileState state(String task, int user, ClientFileState state) {
        return IMFileState.newBuilder()
                .setState(state)
                .setTaskId(task)
                .setUserId(user)
                .build();
    }

    /** Ends all connections but those of msg-servers that ask for tasks. */
    void disconnectClients() throws IOException {
        for (WireClient client : clients) {
            client.close();
        }
        clients.clear();
    }

    @Override
    public void close() throws IOException {
        disconnectClients();
        msgServer.close();
        server.close();
    }
}
