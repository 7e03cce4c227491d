package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.msg.wire.DatabaseRequest;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.IpAddr;
import im.proto.base.MsgType;
import im.proto.message.IMMsgData;
import im.proto.server.IMFileServerIPRsp;
import im.proto.server.IMOnlineUserInfo;
import im.proto.server.IMStopReceivePacket;
import im.testkit.Eventually;
import im.testkit.HeldPort;
import im.testkit.WireClient;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.HostileLinks;
import im.testkit.fuzz.HostileLinks.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Servers behind the msg-server whose links begin well and go wrong: clients go on, and nothing of those links stays behind. */
class FuzzedLinksIT {
    private static final int LINKS = 10;

    private static HostileLinks dbProxies() {
        List<Command<?>> answers = new ArrayList<>(
                DatabaseRequest.ALL.stream().map(DatabaseRequest::answer).toList());
        answers.addAll(List.of(
                Commands.OTHER_VALIDATE_RSP,
                Commands.FILE_HAS_OFFLINE_RES,
                Commands.FILE_ADD_OFFLINE_REQ,
                Commands.FILE_DEL_OFFLINE_REQ,
                Commands.OTHER_GET_DEVICE_TOKEN_RSP,
                Commands.OTHER_GET_SHIELD_RSP,
                Commands.MSG_DATA,
                Commands.OTHER_STOP_RECV_PACKET));
        // Nothing is asked of it, so that clients wait for nothing.
        return new HostileLinks(
                List.of(new Said(
                        Commands.OTHER_STOP_RECV_PACKET,
                        IMStopReceivePacket.newBuilder().setResult(0).build())),
                answers);
    }

    private static HostileLinks fileServers() {
        return new HostileLinks(
                List.of(new Said(
                        Commands.OTHER_FILE_SERVER_IP_RSP,
                        IMFileServerIPRsp.newBuilder()
                                .addIpAddrList(
                                        IpAddr.newBuilder().setIp("10.0.0.9").setPort(8600))
                                .setServerId("hostile")
                                .build())),
                List.of(
                        Commands.OTHER_FILE_SERVER_IP_RSP,
                        Commands.OTHER_FILE_TRANSFER_RSP,
                        Commands.OTHER_STOP_RECV_PACKET,
                        Commands.FILE_ADD_OFFLINE_REQ,
                        Commands.FILE_DEL_OFFLINE_REQ,
                        Commands.FILE_HAS_OFFLINE_REQ));
    }

    private static HostileLinks routeServers() {
        return new HostileLinks(
                List.of(new Said(
                        Commands.OTHER_ONLINE_USER_INFO,
                        IMOnlineUserInfo.newBuilder()
                                .setFirstPart(true)
                                .setLastPart(true)
                                .build())),
                List.of(
                        Commands.OTHER_ONLINE_USER_INFO,
                        Commands.BUDDY_LIST_STATUS_NOTIFY,
                        Commands.BUDDY_LIST_USERS_STATUS_RESPONSE,
                        Commands.OTHER_LOGIN_STATUS_NOTIFY,
                        Commands.FILE_NOTIFY,
                        Commands.MSG_DATA,
                        Commands.MSG_READ_NOTIFY,
                        Commands.SWITCH_P2P_CMD,
                        Commands.GROUP_CHANGE_MEMBER_NOTIFY,
                        Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY,
                        Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY,
                        Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY));
    }

    @Test
    void whateverServersSayClientsGoOnAndNothingStaysBehind() throws Exception {
        FakeDbProxy db = new FakeDbProxy();
        FakeFileServer files = new FakeFileServer("10.0.0.1", 8600, "one");
        try (HeldPort dbPort = new HeldPort();
                HeldPort filePort = new HeldPort();
                HeldPort routePort = new HeldPort();
                Stack stack = Stack.start(
                        Map.of(
                                "link.call-timeout",
                                "1s",
                                "db-proxies",
                                db.address() + "," + text(dbPort),
                                "file-servers",
                                files.address() + "," + text(filePort),
                                "route-servers",
                                text(routePort)),
                        db,
                        files)) {
            FuzzCases.runAgainstServers(16, (random, number) -> {
                try (Client alice = Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_WINDOWS);
                        Client bob = Client.loggedIn(stack.server, "bob", ClientType.CLIENT_TYPE_WINDOWS)) {
                    dbProxies().goWrong(dbPort.address().getPort(), LINKS, random);
                    fileServers().goWrong(filePort.address().getPort(), LINKS, random);
                    routeServers().goWrong(routePort.address().getPort(), LINKS, random);
                    Eventually.until(
                            "those that are well are left",
                            () -> stack.ready("db-proxy") == 1 && stack.ready("file-server") == 1);
                    talk(alice, bob, "healthy " + number);
                }
            });
            Eventually.until("all clients are gone", () -> stack.clientCount() == 0);
            assertThat(stack.server.isUsable()).isTrue();
        }
    }

    private static String text(HeldPort port) {
        return "127.0.0.1:" + port.address().getPort();
    }

    private static void talk(Client alice, Client bob, String text) throws Exception {
        alice.wire.send(
                Commands.MSG_DATA,
                4711,
                IMMsgData.newBuilder()
                        .setFromUserId(0)
                        .setToSessionId(2)
                        .setMsgId(0)
                        .setCreateTime(0)
                        .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                        .setMsgData(ByteString.copyFromUtf8(text))
                        .setClientMsgId(ByteString.copyFromUtf8(text))
                        .build());
        WireClient.Frame frame = bob.wire.receive();
        while (frame.commandId() != Commands.MSG_DATA.commandId()
                || !frame.parse(Commands.MSG_DATA).getMsgData().toStringUtf8().equals(text)) {
            frame = bob.wire.receive();
        }
    }
}
