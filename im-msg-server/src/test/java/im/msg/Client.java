package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import im.proto.Capabilities;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.ResultType;
import im.proto.base.TransferFileType;
import im.proto.base.UserStatType;
import im.proto.file.IMFileReq;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import im.proto.message.IMClientTimeReq;
import im.testkit.WireClient;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A client of the family on a bare socket. */
final class Client implements AutoCloseable {
    /** More than a signed 32-bit number holds. */
    static final long SIZE = 4_000_000_000L;

    final WireClient wire;

    private Client(WireClient wire) {
        this.wire = wire;
    }

    static Client connect(MsgServer server) throws IOException {
        return new Client(WireClient.connect(
                new InetSocketAddress("127.0.0.1", server.clientAddress().getPort())));
    }

    /** From another address of this machine. */
    static Client connectFrom(String localAddress, MsgServer server) throws IOException {
        return new Client(WireClient.connectFrom(
                localAddress,
                new InetSocketAddress("127.0.0.1", server.clientAddress().getPort())));
    }

    /** Logged in, and past the news of its own coming. */
    static Client desktop(MsgServer server, String name) throws IOException {
        Client client = loggedIn(server, name, ClientType.CLIENT_TYPE_WINDOWS);
        client.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY);
        return client;
    }

    /** Like {@link #desktop}, of a program that can handle files of 4 GiB and more. */
    static Client capableDesktop(MsgServer server, String name) throws IOException {
        Client client = connect(server);
        client.wire.send(
                Commands.LOGIN_REQ_USERLOGIN,
                11,
                loginRequest(name, ClientType.CLIENT_TYPE_WINDOWS).toBuilder()
                        .setCapabilities(Capabilities.LARGE_FILES)
                        .build());
        IMLoginRes answer = client.wire.expect(Commands.LOGIN_RES_USERLOGIN);
        assertThat(answer.getCapabilities()).isEqualTo(Capabilities.LARGE_FILES);
        client.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY);
        return client;
    }

    static Client loggedIn(MsgServer server, String name, ClientType type) throws IOException {
        Client client = connect(server);
        IMLoginRes answer = client.login(name, type);
        assertThat(answer.getResultCode()).isEqualTo(ResultType.REFUSE_REASON_NONE);
        return client;
    }

    IMLoginRes login(String name, ClientType type) throws IOException {
        return login(name, FakeDbProxy.password(name), type);
    }

    IMLoginRes login(String name, String password, ClientType type) throws IOException {
        wire.send(Commands.LOGIN_REQ_USERLOGIN, 11, loginRequest(name, password, type));
        WireClient.Frame answer = wire.expectFrame(Commands.LOGIN_RES_USERLOGIN);
        assertThat(answer.seq()).isEqualTo(11);
        return answer.parse(Commands.LOGIN_RES_USERLOGIN);
    }

    static IMLoginReq loginRequest(String name, ClientType type) {
        return loginRequest(name, FakeDbProxy.password(name), type);
    }

    private static IMLoginReq loginRequest(String name, String password, ClientType type) {
        return IMLoginReq.newBuilder()
                .setUserName(name)
                .setPassword(password)
                .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                .setClientType(type)
                .setClientVersion("test/1")
                .build();
    }

    static IMFileReq fileRequest(int to, String fileName, TransferFileType mode) {
        return IMFileReq.newBuilder()
                .setFromUserId(99)
                .setToUserId(to)
                .setFileName(fileName)
                .setFileSize((int) SIZE)
                .setTransMode(mode)
                .build();
    }

    /** The next frame that is no news about who is online; it must be of this command. */
    <M extends MessageLite> WireClient.Frame expectFrame(Command<M> command) throws IOException {
        WireClient.Frame frame = wire.receive();
        while (frame.commandId() == Commands.BUDDY_LIST_STATUS_NOTIFY.commandId()) {
            frame = wire.receive();
        }
        frame.parse(command);
        return frame;
    }

    <M extends MessageLite> M expect(Command<M> command) throws IOException {
        return expectFrame(command).parse(command);
    }

    /**
     * Passes when the server is there for this client and has sent it nothing but news about who is online. Two questions, because
     * the answer to one may overtake what waits in the server's event loop.
     */
    void expectNothing() throws IOException {
        for (int seq = 4711; seq < 4713; seq++) {
            wire.send(Commands.MSG_TIME_REQUEST, seq, IMClientTimeReq.getDefaultInstance());
            assertThat(expectFrame(Commands.MSG_TIME_RESPONSE).seq()).isEqualTo(seq);
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
