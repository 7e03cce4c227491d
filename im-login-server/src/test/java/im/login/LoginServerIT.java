package im.login;

import static im.login.LoginServerFixture.info;
import static im.login.LoginServerFixture.userCame;
import static im.login.LoginServerFixture.userWent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.ResultType;
import im.proto.base.UserStatType;
import im.proto.login.IMLoginReq;
import im.proto.login.IMMsgServReq;
import im.proto.login.IMMsgServRsp;
import im.proto.other.IMHeartBeat;
import im.proto.server.IMUserCntUpdate;
import im.testkit.Hostile;
import im.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real login-server, msg-servers that come, fill up and go, and clients who ask by TCP. */
class LoginServerIT {
    private LoginServerFixture server;

    @BeforeEach
    void start() throws IOException {
        server = new LoginServerFixture();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void restart(String... settings) throws IOException {
        server.close();
        server = new LoginServerFixture(settings);
    }

    // Clients.

    @Test
    void aClientGetsTheMsgServerAndTheEnd() throws Exception {
        server.msgServer(8000, 0, 10, 1);
        WireClient client = server.client();
        client.send(Commands.LOGIN_REQ_MSGSERVER, 513, IMMsgServReq.getDefaultInstance());
        WireClient.Frame answer = client.expectFrame(Commands.LOGIN_RES_MSGSERVER);
        assertThat(answer.seq()).isEqualTo(513);
        assertThat(answer.serviceId()).isEqualTo(1);
        assertThat(answer.parse(Commands.LOGIN_RES_MSGSERVER))
                .isEqualTo(IMMsgServRsp.newBuilder()
                        .setResultCode(ResultType.REFUSE_REASON_NONE)
                        .setPriorIp("10.0.0.1")
                        .setBackipIp("10.0.0.2")
                        .setPort(8000)
                        .build());
        client.expectClosed();
    }

    @Test
    void withoutAMsgServerTheReasonIsSaid() throws Exception {
        assertThat(server.ask())
                .isEqualTo(IMMsgServRsp.newBuilder()
                        .setResultCode(ResultType.REFUSE_REASON_NO_MSG_SERVER)
                        .build());
    }

    @Test
    void whenAllAreFullTheReasonIsSaid() throws Exception {
        server.msgServer(8000, 10, 10, 1);
        assertThat(server.ask())
                .isEqualTo(IMMsgServRsp.newBuilder()
                        .setResultCode(ResultType.REFUSE_REASON_MSG_SERVER_FULL)
                        .build());
    }

    @Test
    void aClientsHeartbeatIsEchoed() throws Exception {
        WireClient client = server.client();
        client.send(Commands.OTHER_HEARTBEAT, 9, IMHeartBeat.getDefaultInstance());
        assertThat(client.receive().seq()).isEqualTo(9);
        client.send(Commands.LOGIN_REQ_MSGSERVER, 1, IMMsgServReq.getDefaultInstance());
        client.expect(Commands.LOGIN_RES_MSGSERVER);
    }

    @Test
    void aSilentClientIsClosed() throws Exception {
        restart("client.idle=100ms");
        server.client().expectClosed();
    }

    @Test
    void oneConnectionTooManyIsClosed() throws Exception {
        restart("client.max-connections=1");
        WireClient first = server.client();
        first.send(Commands.OTHER_HEARTBEAT, 1, IMHeartBeat.getDefaultInstance());
        first.receive();
        server.client().expectClosed();
        first.send(Commands.LOGIN_REQ_MSGSERVER, 1, IMMsgServReq.getDefaultInstance());
        first.expect(Commands.LOGIN_RES_MSGSERVER);
    }

    @Test
    void oneAddressHasOnlySoManyConnectionsAndAnotherIsServed() throws Exception {
        restart("client.max-connections-per-address=1");
        WireClient first = server.client();
        first.send(Commands.OTHER_HEARTBEAT, 1, IMHeartBeat.getDefaultInstance());
        first.receive();
        server.client().expectClosed();
        WireClient elsewhere = server.clientFrom("127.0.0.2");
        elsewhere.send(Commands.LOGIN_REQ_MSGSERVER, 1, IMMsgServReq.getDefaultInstance());
        elsewhere.expect(Commands.LOGIN_RES_MSGSERVER);
    }

    @Test
    void heartbeatsDoNotKeepAConnection() throws Exception {
        restart("client.max-stay=300ms");
        Hostile.heartbeatsUntilClosed(server.client());
    }

    // Msg-servers.

    @Test
    void theLeastLoadedComesFirst() throws Exception {
        server.msgServer(8001, 5, 10, 1);
        server.msgServer(8002, 40, 100, 2);
        for (int i = 0; i < 20; i++) {
            assertThat(server.ask().getPort()).isEqualTo(8002);
            assertThat(server.json().getString("port")).isEqualTo("8002");
        }
    }

    @Test
    void equalOnesShareTheClients() throws Exception {
        server.msgServer(8001, 0, 10, 1);
        server.msgServer(8002, 0, 10, 2);
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            ports.add(server.ask().getPort());
        }
        assertThat(ports).containsExactlyInAnyOrder(8001, 8002);
    }

    @Test
    void theyFillUpAndEmptyAgain() throws Exception {
        WireClient first = server.msgServer(8001, 0, 2, 1);
        WireClient second = server.msgServer(8002, 1, 2, 2);
        assertThat(server.ask().getPort()).isEqualTo(8001);
        userCame(first);
        userCame(first);
        server.awaitPort(8002);
        userCame(second);
        server.awaitCode(2);
        userWent(first);
        server.awaitPort(8001);
    }

    @Test
    void oneThatGoesIsForgottenAtOnce() throws Exception {
        WireClient first = server.msgServer(8001, 0, 10, 1);
        WireClient second = server.msgServer(8002, 5, 10, 2);
        assertThat(server.ask().getPort()).isEqualTo(8001);
        first.close();
        server.awaitMsgServers(1);
        assertThat(server.ask().getPort()).isEqualTo(8002);
        second.reset();
        server.awaitMsgServers(0);
        assertThat(server.ask().getResultCode()).isEqualTo(ResultType.REFUSE_REASON_NO_MSG_SERVER);
        server.msgServer(8001, 0, 10, 1);
        assertThat(server.ask().getPort()).isEqualTo(8001);
    }

    @Test
    void oneThatSaysItAgainIsStillOne() throws Exception {
        WireClient link = server.msgServer(8001, 10, 10, 1);
        link.send(Commands.OTHER_MSG_SERV_INFO, 0, info(8011, 0, 10));
        server.awaitPort(8011);
        server.awaitMsgServers(1);
    }

    @Test
    void oneThatCameBackOnANewLinkOutlivesItsOldOne() throws Exception {
        WireClient old = server.msgServer(8001, 10, 10, 1);
        WireClient link = server.link();
        link.send(Commands.OTHER_MSG_SERV_INFO, 0, info(8001, 0, 10));
        server.awaitPort(8001);
        // A violation, so that the server is who ends the old link.
        old.send(Commands.LOGIN_REQ_MSGSERVER, 1, IMMsgServReq.getDefaultInstance());
        old.expectClosed();
        server.awaitMsgServers(1);
        assertThat(server.ask().getPort()).isEqualTo(8001);
    }

    @Test
    void aSecondAddressIsTheFirstIfThereIsNone() throws Exception {
        WireClient link = server.link();
        link.send(
                Commands.OTHER_MSG_SERV_INFO,
                0,
                info(8001, 0, 10).toBuilder().setIp2("").build());
        server.awaitMsgServers(1);
        assertThat(server.ask().getBackipIp()).isEqualTo("10.0.0.1");
    }

    @Test
    void aLinkGetsHeartbeatsAndASilentOneIsGivenUp() throws Exception {
        restart("link.heartbeat=50ms", "link.idle=400ms");
        WireClient link = server.msgServer(8001, 0, 10, 1);
        assertThat(link.receive().commandId()).isEqualTo(Commands.OTHER_HEARTBEAT.commandId());
        link.expectClosed();
        server.awaitMsgServers(0);
    }

    // What must not hurt.

    @Test
    void aCountBeforeTheAddressIsAViolation() throws Exception {
        WireClient link = server.link();
        userCame(link);
        link.expectClosed();
    }

    @Test
    void aCountThatIsNeitherMoreNorLessIsAViolation() throws Exception {
        WireClient link = server.msgServer(8001, 0, 10, 1);
        link.send(
                Commands.OTHER_USER_CNT_UPDATE,
                0,
                IMUserCntUpdate.newBuilder().setUserAction(3).setUserId(1).build());
        link.expectClosed();
        server.awaitMsgServers(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, -1})
    void anAddressThatNoClientCouldUseIsAViolation(int port) throws Exception {
        WireClient link = server.link();
        link.send(Commands.OTHER_MSG_SERV_INFO, 0, info(port, 0, 10));
        link.expectClosed();
        server.awaitMsgServers(0);
    }

    @Test
    void aClientMayAskNothingElse() throws Exception {
        WireClient client = server.client();
        client.send(
                Commands.LOGIN_REQ_USERLOGIN,
                1,
                IMLoginReq.newBuilder()
                        .setUserName("alice")
                        .setPassword("x")
                        .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                        .setClientType(ClientType.CLIENT_TYPE_WINDOWS)
                        .build());
        client.expectClosed();
        WireClient liar = server.client();
        liar.send(Commands.OTHER_MSG_SERV_INFO, 0, info(8001, 0, 10));
        liar.expectClosed();
        server.awaitMsgServers(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000001000100000001010100010000", // length 1
                "0000000f000100000001010100010000", // shorter than the header
                "ffffffff000100000001010100010000", // 4 GiB
                "00001001000100000001010100010000", // one byte over 4 KiB
                "0000001100010000000101010001000008", // a body that does not parse
                "0000001000010000000177770001000000000000", // a command that does not exist
                "474554202f6d73675f7365727665720d0a0d0a" // GET /msg_server
            })
    void garbageFromAClientClosesThatConnectionOnly(String hex) throws Exception {
        WireClient link = server.msgServer(8001, 0, 10, 1);
        WireClient bystander = server.client();
        WireClient client = server.client();
        client.sendRaw(HexFormat.of().parseHex(hex));
        client.expectClosed();
        assertUnhurt(link, bystander);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000001000100000007070900010000", // length 1
                "ffffffff000100000007070900010000", // 4 GiB
                "0000001100010000000707090001000008", // a body that does not parse
                "00000010000100000007070900010000", // nothing in it
                "00000010000100000001010100010000", // a client's question
                "474554202f6d73675f7365727665720d0a0d0a" // GET /msg_server
            })
    void garbageFromAMsgServerClosesThatConnectionOnly(String hex) throws Exception {
        WireClient link = server.msgServer(8001, 0, 10, 1);
        WireClient bystander = server.client();
        WireClient hostile = server.link();
        hostile.sendRaw(HexFormat.of().parseHex(hex));
        hostile.expectClosed();
        assertUnhurt(link, bystander);
    }

    private void assertUnhurt(WireClient link, WireClient bystander) throws Exception {
        bystander.send(Commands.LOGIN_REQ_MSGSERVER, 1, IMMsgServReq.getDefaultInstance());
        assertThat(bystander.expect(Commands.LOGIN_RES_MSGSERVER).getPort()).isEqualTo(8001);
        link.send(Commands.OTHER_MSG_SERV_INFO, 0, info(8002, 0, 10));
        server.awaitPort(8002);
    }

    @Test
    void aPortThatIsTakenStopsTheStartAndLeavesNothingBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int internal = server.server().internalAddress().getPort();
            server.close();
            LoginServerConfig config =
                    LoginServerFixture.config("internal.port=" + internal, "http.port=" + taken.getLocalPort());
            assertThatThrownBy(() -> LoginServer.start(config))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
            restart("internal.port=" + internal);
        }
    }
}
