package im.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.ServerUserStat;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import im.proto.server.IMOnlineUserInfo;
import im.proto.server.IMRoleSet;
import im.proto.server.IMServerPCLoginStatusNotify;
import im.proto.server.IMUserStatusUpdate;
import im.testkit.WireClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A msg-server, as a route-server sees it, on a bare socket. */
final class FakeMsgServer implements AutoCloseable {
    private static final int ONLINE = 1;
    private static final int OFFLINE = 2;

    private final WireClient wire;

    private FakeMsgServer(WireClient wire) {
        this.wire = wire;
    }

    /** Connects and says nothing. */
    static FakeMsgServer connect(RouteServer server) throws IOException {
        return new FakeMsgServer(WireClient.connect(server.address()));
    }

    /** Connects and introduces itself, as msg-servers do. What it said has taken effect when this returns. */
    static FakeMsgServer link(RouteServer server, boolean master, ServerUserStat... users) throws IOException {
        FakeMsgServer link = connect(server);
        link.master(master);
        link.users(users);
        link.hearsNothing();
        return link;
    }

    static ServerUserStat client(int user, ClientType type) {
        return ServerUserStat.newBuilder()
                .setUserId(user)
                .setStatus(UserStatType.USER_STATUS_ONLINE)
                .setClientType(type)
                .build();
    }

    WireClient wire() {
        return wire;
    }

    void master(boolean master) throws IOException {
        send(
                Commands.OTHER_ROLE_SET,
                IMRoleSet.newBuilder().setMaster(master ? 1 : 0).build());
    }

    /** Says that it wants to hear everything from its master. */
    void wantsEverything(boolean master) throws IOException {
        send(
                Commands.OTHER_ROLE_SET,
                IMRoleSet.newBuilder()
                        .setMaster(master ? 1 : 0)
                        .setTellEverything(true)
                        .build());
    }

    /** The whole list of everybody elsewhere, which may come in several parts. */
    List<ServerUserStat> hearsEverybody() throws IOException {
        List<ServerUserStat> everybody = new ArrayList<>();
        IMOnlineUserInfo part = wire.expect(Commands.OTHER_ONLINE_USER_INFO);
        assertThat(part.getFirstPart()).isTrue();
        everybody.addAll(part.getUserStatListList());
        while (!part.getLastPart()) {
            part = wire.expect(Commands.OTHER_ONLINE_USER_INFO);
            assertThat(part.getFirstPart()).isFalse();
            everybody.addAll(part.getUserStatListList());
        }
        return everybody;
    }

    void users(ServerUserStat... users) throws IOException {
        send(
                Commands.OTHER_ONLINE_USER_INFO,
                IMOnlineUserInfo.newBuilder().addAllUserStatList(List.of(users)).build());
    }

    void came(int user, ClientType type) throws IOException {
        update(ONLINE, user, type);
    }

    void went(int user, ClientType type) throws IOException {
        update(OFFLINE, user, type);
    }

    private void update(int status, int user, ClientType type) throws IOException {
        send(
                Commands.OTHER_USER_STATUS_UPDATE,
                IMUserStatusUpdate.newBuilder()
                        .setUserStatus(status)
                        .setUserId(user)
                        .setClientType(type)
                        .build());
    }

    <M extends MessageLite> void send(Command<M> command, M message) throws IOException {
        wire.send(command, 0, message);
    }

    IMUsersStatRsp ask(int... users) throws IOException {
        IMUsersStatReq.Builder request =
                IMUsersStatReq.newBuilder().setUserId(9).setAttachData(ByteString.copyFromUtf8("token"));
        for (int user : users) {
            request.addUserIdList(user);
        }
        wire.send(Commands.BUDDY_LIST_USERS_STATUS_REQUEST, 77, request.build());
        WireClient.Frame frame = wire.expectFrame(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE);
        IMUsersStatRsp answer = frame.parse(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE);
        assertThat(frame.seq()).isEqualTo(77);
        assertThat(answer.getUserId()).isEqualTo(9);
        assertThat(answer.getAttachData().toStringUtf8()).isEqualTo("token");
        return answer;
    }

    /** What was sent so far has taken effect, and nothing came before the answer that proves it. */
    void hearsNothing() throws IOException {
        assertThat(ask().getUserStatListCount()).isZero();
    }

    void hears(int user, UserStatType status) throws IOException {
        WireClient.Frame frame = wire.expectFrame(Commands.BUDDY_LIST_STATUS_NOTIFY);
        assertThat(frame.seq()).isZero();
        assertThat(frame.parse(Commands.BUDDY_LIST_STATUS_NOTIFY).getUserStat())
                .isEqualTo(
                        UserStat.newBuilder().setUserId(user).setStatus(status).build());
    }

    void hearsOnline(int user) throws IOException {
        hears(user, UserStatType.USER_STATUS_ONLINE);
    }

    void hearsOffline(int user) throws IOException {
        hears(user, UserStatType.USER_STATUS_OFFLINE);
    }

    void hearsDesktop(int user, boolean online) throws IOException {
        WireClient.Frame frame = wire.expectFrame(Commands.OTHER_LOGIN_STATUS_NOTIFY);
        assertThat(frame.seq()).isZero();
        assertThat(frame.parse(Commands.OTHER_LOGIN_STATUS_NOTIFY))
                .isEqualTo(IMServerPCLoginStatusNotify.newBuilder()
                        .setUserId(user)
                        .setLoginStatus(online ? 1 : 0)
                        .build());
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
