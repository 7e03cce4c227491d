package im.e2e;

import static im.e2e.BareWire.ALICE;
import static im.e2e.BareWire.BOB;
import static im.e2e.BareWire.CAROL;
import static im.e2e.BareWire.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.ClientType;
import im.proto.base.GroupInfo;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.GroupVersionInfo;
import im.proto.base.KickReasonType;
import im.proto.base.MsgType;
import im.proto.base.ResultType;
import im.proto.base.SessionType;
import im.proto.base.TransferFileType;
import im.proto.base.UserStatType;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMChangeAvatarReq;
import im.proto.buddy.IMChangeSignInfoReq;
import im.proto.buddy.IMDepartmentReq;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMUsersInfoReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.proto.file.IMFileRsp;
import im.proto.file.IMFileState;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupInfoListReq;
import im.proto.group.IMGroupShieldReq;
import im.proto.group.IMNormalGroupListReq;
import im.proto.login.IMDeviceTokenReq;
import im.proto.login.IMKickPCClientReq;
import im.proto.login.IMLogoutReq;
import im.proto.login.IMMsgServReq;
import im.proto.login.IMPushShieldReq;
import im.proto.login.IMQueryPushShieldReq;
import im.proto.message.IMClientTimeReq;
import im.proto.message.IMGetLatestMsgIdReq;
import im.proto.message.IMGetMsgByIdReq;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import im.proto.message.IMMsgDataReadAck;
import im.proto.message.IMUnreadMsgCntReq;
import im.proto.other.IMHeartBeat;
import im.proto.server.IMPushToUserReq;
import im.proto.switchservice.IMP2PCmdMsg;
import im.testkit.Eventually;
import im.testkit.PushServer;
import im.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command of the protocol, driven by clients that know its messages and nothing of ours: alice at one msg-server, bob at the other, with taps
 * at every port. A test that does not see on the wire what it says it {@linkplain Drives drives} fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EveryCommandIT {
    private static final ClientType WINDOWS = ClientType.CLIENT_TYPE_WINDOWS;
    private static final ClientType MAC = ClientType.CLIENT_TYPE_MAC;
    private static final ClientType ANDROID = ClientType.CLIENT_TYPE_ANDROID;
    private static final SessionType SINGLE = SessionType.SESSION_TYPE_SINGLE;
    private static final int SOMEBODY_ELSE = 99;

    @TempDir
    static Path folder;

    private final BlockingQueue<Config> pushed = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private HttpServer webhook;
    private PushServer pushServer;
    private Taps taps;
    private TwoMsgServers servers;

    @BeforeAll
    void start() throws Exception {
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/push", request -> {
            pushed.add(ConfigFactory.parseString(
                    new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            request.sendResponseHeaders(204, -1);
            request.close();
        });
        webhook.start();
        pushServer = new PushServer();
        taps = taps(pushServer.address());
        servers = start(
                folder,
                Map.of(
                        "msg-server.push.webhook.url",
                        "http://127.0.0.1:" + webhook.getAddress().getPort() + "/push"),
                taps);
    }

    Taps taps(InetSocketAddress push) throws Exception {
        return Taps.everywhere(push);
    }

    TwoMsgServers start(Path files, Map<String, String> overrides, Taps between) throws Exception {
        return TwoMsgServers.start(files, overrides, between);
    }

    /** Commands that no tap can see. */
    Set<Integer> unseen() {
        return Set.of();
    }

    @AfterAll
    void stop() throws IOException {
        servers.close();
        taps.close();
        pushServer.close();
        webhook.stop(0);
    }

    @AfterEach
    void sawWhatItDrives(TestInfo test) throws Exception {
        Set<Integer> missing = new TreeSet<>();
        Drives drives = test.getTestMethod().orElseThrow().getAnnotation(Drives.class);
        Arrays.stream(drives.value()).forEach(missing::add);
        missing.removeAll(unseen());
        try {
            Eventually.until("passed: " + describe(missing), () -> {
                missing.removeAll(taps.seen());
                return missing.isEmpty();
            });
        } finally {
            for (AutoCloseable one : open) {
                one.close();
            }
            open.clear();
            taps.forget();
        }
    }

    private static List<String> describe(Set<Integer> commands) {
        return commands.stream().map(Integer::toHexString).toList();
    }

    /** At this msg-server; ends with the test. */
    private Speaker login(String user, int msgServer, ClientType type) throws Exception {
        Speaker speaker = Speaker.login(taps.msgServer(msgServer), user, type);
        open.add(speaker);
        return speaker;
    }

    private static IMMsgData message(int to, MsgType type, String text) {
        return IMMsgData.newBuilder()
                .setFromUserId(SOMEBODY_ELSE)
                .setToSessionId(to)
                .setMsgId(0)
                .setCreateTime(0)
                .setMsgType(type)
                .setMsgData(ByteString.copyFromUtf8(text))
                .build();
    }

    /** @return its id */
    private static int send(Speaker from, int to, MsgType type, String text) throws IOException {
        return from.ask(Commands.MSG_DATA, message(to, type, text), Commands.MSG_DATA_ACK)
                .getMsgId();
    }

    @Test
    @Order(1)
    @Drives({0x0707, 0x0708, 0x0709, 0x0733, 0x0734})
    void serversPresentThemselvesToEachOther() {
        assertThat(servers.stack().isUsable()).isTrue();
    }

    @Test
    @Order(2)
    @Drives({
        0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x0106, 0x0203, 0x0305, 0x0306, 0x0701, 0x0703, 0x0704, 0x070a, 0x070b
    })
    @Timeout(60)
    void aClientComesAndGoes() throws Exception {
        try (Speaker asking = new Speaker(WireClient.connect(taps.loginServer()))) {
            assertThat(asking.ask(
                                    Commands.LOGIN_REQ_MSGSERVER,
                                    IMMsgServReq.getDefaultInstance(),
                                    Commands.LOGIN_RES_MSGSERVER)
                            .getResultCode())
                    .isEqualTo(ResultType.REFUSE_REASON_NONE);
        }
        Set<Integer> told = new TreeSet<>(Set.of(0x070a, 0x070b));
        told.removeAll(unseen());
        // One that is not linked yet has nobody to tell of it.
        do {
            aliceComesAndGoes();
        } while (!taps.seen().containsAll(told));
    }

    private void aliceComesAndGoes() throws Exception {
        Speaker alice = login("alice", 0, WINDOWS);
        assertThat(alice.hear(Commands.BUDDY_LIST_STATUS_NOTIFY).getUserStat().getUserId())
                .isEqualTo(ALICE);
        assertThat(alice.ask(
                                Commands.MSG_TIME_REQUEST,
                                IMClientTimeReq.getDefaultInstance(),
                                Commands.MSG_TIME_RESPONSE)
                        .getServerTime())
                .isPositive();
        alice.ask(Commands.OTHER_HEARTBEAT, IMHeartBeat.getDefaultInstance(), Commands.OTHER_HEARTBEAT);
        assertThat(alice.ask(Commands.LOGIN_REQ_LOGINOUT, IMLogoutReq.getDefaultInstance(), Commands.LOGIN_RES_LOGINOUT)
                        .getResultCode())
                .isZero();
        alice.wire().expectClosed();
    }

    @Test
    @Order(3)
    @Drives({0x0107, 0x010a, 0x010b, 0x020e, 0x070d, 0x070e})
    void oneDesktopEndsAnotherAndTheMobileBoth() throws Exception {
        Speaker mobile = login("bob", 1, ANDROID);
        Speaker first = login("bob", 0, WINDOWS);
        assertThat(mobile.hear(Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY).getLoginStat())
                .isEqualTo(UserStatType.USER_STATUS_ONLINE);
        Speaker second = login("bob", 1, MAC);
        assertThat(first.hear(Commands.LOGIN_KICK_USER).getKickReason())
                .isEqualTo(KickReasonType.KICK_REASON_DUPLICATE_USER);
        assertThat(mobile.ask(
                                Commands.LOGIN_REQ_KICKPCCLIENT,
                                IMKickPCClientReq.newBuilder().setUserId(BOB).build(),
                                Commands.LOGIN_RES_KICKPCCLIENT)
                        .getResultCode())
                .isZero();
        assertThat(second.hear(Commands.LOGIN_KICK_USER).getKickReason())
                .isEqualTo(KickReasonType.KICK_REASON_MOBILE_KICK);
    }

    @Test
    @Order(4)
    @Drives({0x0301, 0x0302, 0x0303, 0x0304, 0x0307, 0x0308, 0x0309, 0x030a, 0x030b, 0x030c, 0x030d, 0x030e})
    void aMessageIsSentReadAndFoundAgain() throws Exception {
        Speaker alice = login("alice", 0, WINDOWS);
        Speaker bob = login("bob", 1, WINDOWS);
        Speaker mobile = login("bob", 0, ANDROID);
        alice.awaitStatus(BOB, UserStatType.USER_STATUS_ONLINE);
        bob.awaitStatus(ALICE, UserStatType.USER_STATUS_ONLINE);
        assertThat(send(alice, BOB, MsgType.MSG_TYPE_SINGLE_TEXT, "hello")).isEqualTo(1);
        for (Speaker device : List.of(bob, mobile)) {
            IMMsgData hello = device.hear(Commands.MSG_DATA);
            assertThat(hello.getFromUserId()).isEqualTo(ALICE);
            assertThat(hello.getMsgData().toStringUtf8()).isEqualTo("hello");
            device.say(
                    Commands.MSG_DATA_ACK,
                    IMMsgDataAck.newBuilder()
                            .setUserId(BOB)
                            .setSessionId(ALICE)
                            .setMsgId(1)
                            .setSessionType(SINGLE)
                            .build());
        }
        IMUnreadMsgCntReq unread =
                IMUnreadMsgCntReq.newBuilder().setUserId(SOMEBODY_ELSE).build();
        assertThat(bob.ask(Commands.MSG_UNREAD_CNT_REQUEST, unread, Commands.MSG_UNREAD_CNT_RESPONSE)
                        .getTotalCnt())
                .isEqualTo(1);
        bob.say(
                Commands.MSG_READ_ACK,
                IMMsgDataReadAck.newBuilder()
                        .setUserId(SOMEBODY_ELSE)
                        .setSessionId(ALICE)
                        .setMsgId(1)
                        .setSessionType(SINGLE)
                        .build());
        assertThat(mobile.hear(Commands.MSG_READ_NOTIFY).getSessionId()).isEqualTo(ALICE);
        assertThat(bob.ask(Commands.MSG_UNREAD_CNT_REQUEST, unread, Commands.MSG_UNREAD_CNT_RESPONSE)
                        .getTotalCnt())
                .isZero();
        assertThat(bob.ask(
                                Commands.MSG_LIST_REQUEST,
                                IMGetMsgListReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .setSessionType(SINGLE)
                                        .setSessionId(ALICE)
                                        .setMsgIdBegin(0)
                                        .setMsgCnt(10)
                                        .build(),
                                Commands.MSG_LIST_RESPONSE)
                        .getMsgListList())
                .singleElement()
                .satisfies(info -> assertThat(info.getMsgData().toStringUtf8()).isEqualTo("hello"));
        assertThat(alice.ask(
                                Commands.MSG_GET_LATEST_MSG_ID_REQ,
                                IMGetLatestMsgIdReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .setSessionType(SINGLE)
                                        .setSessionId(BOB)
                                        .build(),
                                Commands.MSG_GET_LATEST_MSG_ID_RSP)
                        .getLatestMsgId())
                .isEqualTo(1);
        assertThat(alice.ask(
                                Commands.MSG_GET_BY_MSG_ID_REQ,
                                IMGetMsgByIdReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .setSessionType(SINGLE)
                                        .setSessionId(BOB)
                                        .addMsgIdList(1)
                                        .build(),
                                Commands.MSG_GET_BY_MSG_ID_RES)
                        .getMsgListCount())
                .isEqualTo(1);
    }

    @Test
    @Order(5)
    @Drives({
        0x0201, 0x0202, 0x0204, 0x0205, 0x0206, 0x0207, 0x0208, 0x0209, 0x020a, 0x020b, 0x020c, 0x020d, 0x020f, 0x0210,
        0x0211, 0x0212, 0x0213, 0x0214, 0x0215, 0x0601
    })
    void peopleAreListedAndToldOfEachOther() throws Exception {
        Speaker alice = login("alice", 0, WINDOWS);
        Speaker mobile = login("alice", 1, ANDROID);
        Speaker bob = login("bob", 1, WINDOWS);
        alice.awaitStatus(BOB, UserStatType.USER_STATUS_ONLINE);
        bob.awaitStatus(ALICE, UserStatType.USER_STATUS_ONLINE);

        send(alice, BOB, MsgType.MSG_TYPE_SINGLE_TEXT, "hello");
        IMRecentContactSessionReq recent = IMRecentContactSessionReq.newBuilder()
                .setUserId(SOMEBODY_ELSE)
                .setLatestUpdateTime(0)
                .build();
        assertThat(recent(alice, recent)).isEqualTo(1);
        assertThat(alice.ask(
                                Commands.BUDDY_LIST_REMOVE_SESSION_REQ,
                                IMRemoveSessionReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .setSessionType(SINGLE)
                                        .setSessionId(BOB)
                                        .build(),
                                Commands.BUDDY_LIST_REMOVE_SESSION_RES)
                        .getResultCode())
                .isZero();
        assertThat(mobile.hear(Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY).getSessionId())
                .isEqualTo(BOB);
        assertThat(recent(alice, recent)).isZero();

        assertThat(alice.ask(
                                Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST,
                                IMChangeAvatarReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .setAvatarUrl("http://localhost/a.png")
                                        .build(),
                                Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE)
                        .getResultCode())
                .isZero();
        assertThat(bob.hear(Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY).getChangedUserId())
                .isEqualTo(ALICE);
        assertThat(alice.ask(
                                Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST,
                                IMChangeSignInfoReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .setSignInfo("busy")
                                        .build(),
                                Commands.BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE)
                        .getResultCode())
                .isZero();
        assertThat(bob.hear(Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY).getSignInfo())
                .isEqualTo("busy");

        assertThat(bob.ask(
                                Commands.BUDDY_LIST_USER_INFO_REQUEST,
                                IMUsersInfoReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .addUserIdList(ALICE)
                                        .build(),
                                Commands.BUDDY_LIST_USER_INFO_RESPONSE)
                        .getUserInfoList(0)
                        .getSignInfo())
                .isEqualTo("busy");
        assertThat(bob.ask(
                                Commands.BUDDY_LIST_ALL_USER_REQUEST,
                                IMAllUserReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .setLatestUpdateTime(0)
                                        .build(),
                                Commands.BUDDY_LIST_ALL_USER_RESPONSE)
                        .getUserListCount())
                .isEqualTo(4);
        servers.database()
                .execute("INSERT INTO department(name, parent_id, priority, updated) VALUES('Sales', 0, 3, 1)");
        assertThat(bob.ask(
                                Commands.BUDDY_LIST_DEPARTMENT_REQUEST,
                                IMDepartmentReq.newBuilder()
                                        .setUserId(SOMEBODY_ELSE)
                                        .setLatestUpdateTime(0)
                                        .build(),
                                Commands.BUDDY_LIST_DEPARTMENT_RESPONSE)
                        .getDeptListList())
                .anySatisfy(department -> assertThat(department.getDeptName()).isEqualTo("Sales"));

        alice.say(
                Commands.SWITCH_P2P_CMD,
                IMP2PCmdMsg.newBuilder()
                        .setFromUserId(SOMEBODY_ELSE)
                        .setToUserId(BOB)
                        .setCmdMsgData("shake")
                        .build());
        IMP2PCmdMsg command = bob.hear(Commands.SWITCH_P2P_CMD);
        assertThat(command.getFromUserId()).isEqualTo(ALICE);
        assertThat(command.getCmdMsgData()).isEqualTo("shake");
    }

    private static int recent(Speaker speaker, IMRecentContactSessionReq request) throws IOException {
        return speaker.ask(
                        Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST,
                        request,
                        Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE)
                .getContactSessionListCount();
    }

    private static int create(Speaker speaker, GroupType type, int member) throws IOException {
        return speaker.ask(
                        Commands.GROUP_CREATE_REQUEST,
                        IMGroupCreateReq.newBuilder()
                                .setUserId(SOMEBODY_ELSE)
                                .setGroupType(type)
                                .setGroupName("friends")
                                .setGroupAvatar("")
                                .addMemberIdList(member)
                                .build(),
                        Commands.GROUP_CREATE_RESPONSE)
                .getGroupId();
    }

    private static int change(Speaker speaker, GroupModifyType type, int group, int member) throws IOException {
        return speaker.ask(
                        Commands.GROUP_CHANGE_MEMBER_REQUEST,
                        IMGroupChangeMemberReq.newBuilder()
                                .setUserId(SOMEBODY_ELSE)
                                .setChangeType(type)
                                .setGroupId(group)
                                .addMemberIdList(member)
                                .build(),
                        Commands.GROUP_CHANGE_MEMBER_RESPONSE)
                .getResultCode();
    }

    private static int shield(Speaker speaker, int group, int status) throws IOException {
        return speaker.ask(
                        Commands.GROUP_SHIELD_GROUP_REQUEST,
                        IMGroupShieldReq.newBuilder()
                                .setUserId(SOMEBODY_ELSE)
                                .setGroupId(group)
                                .setShieldStatus(status)
                                .build(),
                        Commands.GROUP_SHIELD_GROUP_RESPONSE)
                .getResultCode();
    }

    private static List<Integer> normalGroups(Speaker speaker) throws IOException {
        return speaker
                .ask(
                        Commands.GROUP_NORMAL_LIST_REQUEST,
                        IMNormalGroupListReq.newBuilder()
                                .setUserId(SOMEBODY_ELSE)
                                .build(),
                        Commands.GROUP_NORMAL_LIST_RESPONSE)
                .getGroupVersionListList()
                .stream()
                .map(GroupVersionInfo::getGroupId)
                .toList();
    }

    private static GroupInfo info(Speaker speaker, int group) throws IOException {
        return speaker.ask(
                        Commands.GROUP_INFO_REQUEST,
                        IMGroupInfoListReq.newBuilder()
                                .setUserId(SOMEBODY_ELSE)
                                .addGroupVersionList(GroupVersionInfo.newBuilder()
                                        .setGroupId(group)
                                        .setVersion(0))
                                .build(),
                        Commands.GROUP_INFO_RESPONSE)
                .getGroupInfoList(0);
    }

    @Test
    @Order(6)
    @Drives({0x0401, 0x0402, 0x0403, 0x0404, 0x0405, 0x0406, 0x0407, 0x0408, 0x0409, 0x040a, 0x040b})
    void aGroupIsMadeChangedAndSilenced() throws Exception {
        Speaker alice = login("alice", 0, WINDOWS);
        Speaker bob = login("bob", 1, WINDOWS);
        alice.awaitStatus(BOB, UserStatType.USER_STATUS_ONLINE);
        int group = create(alice, GroupType.GROUP_TYPE_NORMAL, BOB);
        assertThat(normalGroups(bob)).contains(group);
        assertThat(change(bob, GroupModifyType.GROUP_MODIFY_TYPE_ADD, group, CAROL))
                .isEqualTo(1);
        assertThat(change(alice, GroupModifyType.GROUP_MODIFY_TYPE_ADD, group, CAROL))
                .isZero();
        assertThat(bob.hear(Commands.GROUP_CHANGE_MEMBER_NOTIFY).getChgUserIdListList())
                .containsExactly(CAROL);
        assertThat(shield(bob, group, 1)).isZero();
        GroupInfo info = info(bob, group);
        assertThat(info.getGroupMemberListList()).containsExactlyInAnyOrder(ALICE, BOB, CAROL);
        assertThat(info.getShieldStatus()).isEqualTo(1);
        assertThat(info(alice, group).getShieldStatus()).isZero();
    }

    @Test
    @Order(7)
    @Drives({0x0405, 0x0407, 0x040b})
    void everyMemberOfATemporaryGroupAddsOthersAndItIsNotListed() throws Exception {
        Speaker alice = login("alice", 0, WINDOWS);
        Speaker bob = login("bob", 1, WINDOWS);
        bob.awaitStatus(ALICE, UserStatType.USER_STATUS_ONLINE);
        int group = create(alice, GroupType.GROUP_TYPE_TMP, BOB);
        assertThat(normalGroups(bob)).doesNotContain(group);
        assertThat(change(bob, GroupModifyType.GROUP_MODIFY_TYPE_ADD, group, CAROL))
                .isZero();
        assertThat(alice.hear(Commands.GROUP_CHANGE_MEMBER_NOTIFY).getCurUserIdListList())
                .containsExactlyInAnyOrder(ALICE, BOB, CAROL);
        assertThat(change(bob, GroupModifyType.GROUP_MODIFY_TYPE_DEL, group, CAROL))
                .isEqualTo(1);
        assertThat(send(bob, group, MsgType.MSG_TYPE_GROUP_TEXT, "hello")).isEqualTo(1);
        assertThat(alice.hear(Commands.MSG_DATA).getToSessionId()).isEqualTo(group);
        assertThat(info(bob, group).getGroupType()).isEqualTo(GroupType.GROUP_TYPE_TMP);
    }

    @Test
    @Order(8)
    @Drives({0x0108, 0x0109, 0x010c, 0x010d, 0x010e, 0x010f, 0x0705, 0x0706, 0x070f, 0x0710, 0x0711, 0x0712})
    void whoIsAwayIsPushedToUnlessTheGroupIsSilenced() throws Exception {
        Speaker alice = login("alice", 0, WINDOWS);
        int group = create(alice, GroupType.GROUP_TYPE_NORMAL, BOB);
        try (Speaker mobile = Speaker.login(taps.msgServer(1), "bob", ANDROID)) {
            mobile.ask(
                    Commands.LOGIN_REQ_DEVICETOKEN,
                    IMDeviceTokenReq.newBuilder()
                            .setUserId(SOMEBODY_ELSE)
                            .setDeviceToken("bob's phone")
                            .setClientType(ClientType.CLIENT_TYPE_IOS)
                            .build(),
                    Commands.LOGIN_RES_DEVICETOKEN);
            for (int status : List.of(1, 0)) {
                assertThat(mobile.ask(
                                        Commands.LOGIN_REQ_PUSH_SHIELD,
                                        IMPushShieldReq.newBuilder()
                                                .setUserId(SOMEBODY_ELSE)
                                                .setShieldStatus(status)
                                                .build(),
                                        Commands.LOGIN_RES_PUSH_SHIELD)
                                .getResultCode())
                        .isZero();
                assertThat(mobile.ask(
                                        Commands.LOGIN_REQ_QUERY_PUSH_SHIELD,
                                        IMQueryPushShieldReq.newBuilder()
                                                .setUserId(SOMEBODY_ELSE)
                                                .build(),
                                        Commands.LOGIN_RES_QUERY_PUSH_SHIELD)
                                .getShieldStatus())
                        .isEqualTo(status);
            }
            assertThat(shield(mobile, group, 1)).isZero();
            mobile.ask(Commands.LOGIN_REQ_LOGINOUT, IMLogoutReq.getDefaultInstance(), Commands.LOGIN_RES_LOGINOUT);
            mobile.wire().expectClosed();
        }
        // Alice, who sees a desktop come and go, sees no mobile: this waits until bob is away at both servers.
        alice.awaitStatus(BOB, UserStatType.USER_STATUS_OFFLINE);

        send(alice, group, MsgType.MSG_TYPE_GROUP_TEXT, "in vain");
        send(alice, BOB, MsgType.MSG_TYPE_SINGLE_TEXT, "are you there?");

        Config push = pushed.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(push).isNotNull();
        assertThat(push.getInt("message.session_type")).isEqualTo(1);
        assertThat(push.getInt("message.session_id")).isEqualTo(ALICE);
        assertThat(push.getConfigList("user_token_info")).singleElement().satisfies(target -> {
            assertThat(target.getInt("user_id")).isEqualTo(BOB);
            assertThat(target.getString("token")).isEqualTo("bob's phone");
            assertThat(target.getInt("user_type")).isEqualTo(ANDROID.getNumber());
        });
        assertThat(pushed).isEmpty();
        IMPushToUserReq told = pushServer.pushed().poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(told).isNotNull();
        assertThat(told.getUserTokenListList())
                .singleElement()
                .satisfies(target -> assertThat(target.getToken()).isEqualTo("bob's phone"));
        assertThat(pushServer.pushed()).isEmpty();
    }

    private static IMFileRsp request(Speaker alice, TransferFileType mode) throws IOException {
        return alice.ask(Commands.FILE_REQUEST, BareWire.fileRequest(mode), Commands.FILE_RESPONSE);
    }

    private static IMFileHasOfflineRsp list(Speaker bob) throws IOException {
        return bob.ask(
                Commands.FILE_HAS_OFFLINE_REQ,
                IMFileHasOfflineReq.newBuilder().setUserId(SOMEBODY_ELSE).build(),
                Commands.FILE_HAS_OFFLINE_RES);
    }

    @Test
    @Order(9)
    @Drives({0x0501, 0x0502, 0x0503, 0x0504, 0x0505, 0x0506, 0x0507, 0x0508, 0x0731, 0x0732})
    void aFileGoesFromOneToTheOther() throws Exception {
        Speaker alice = login("alice", 0, WINDOWS);
        Speaker bob = login("bob", 1, WINDOWS);
        alice.awaitStatus(BOB, UserStatType.USER_STATUS_ONLINE);
        IMFileRsp task = request(alice, TransferFileType.FILE_TYPE_ONLINE);
        assertThat(task.getTransMode()).isEqualTo(TransferFileType.FILE_TYPE_ONLINE);
        IMFileNotify notify = bob.hear(Commands.FILE_NOTIFY);
        String id = notify.getTaskId();
        try (WireClient sender =
                        BareWire.join(task.getIpAddrList(0), ALICE, id, ClientFileRole.CLIENT_REALTIME_SENDER);
                WireClient receiver =
                        BareWire.join(notify.getIpAddrList(0), BOB, id, ClientFileRole.CLIENT_REALTIME_RECVER)) {
            assertThat(receiver.expect(Commands.FILE_STATE).getState())
                    .isEqualTo(ClientFileState.CLIENT_FILE_PEER_READY);
            receiver.send(Commands.FILE_PULL_DATA_REQ, 2, BareWire.pull(id, 0, 32 << 10));
            sender.send(Commands.FILE_PULL_DATA_RSP, 2, BareWire.answerTo(sender.expect(Commands.FILE_PULL_DATA_REQ)));
            assertThat(receiver.expect(Commands.FILE_PULL_DATA_RSP)
                            .getFileData()
                            .toByteArray())
                    .isEqualTo(CONTENT);
            receiver.send(
                    Commands.FILE_STATE,
                    3,
                    IMFileState.newBuilder()
                            .setState(ClientFileState.CLIENT_FILE_DONE)
                            .setTaskId(id)
                            .setUserId(BOB)
                            .build());
            BareWire.assertDone(sender);
        }
    }

    @Test
    @Order(10)
    @Drives({0x0501, 0x0503, 0x0506, 0x0509, 0x050a, 0x050b, 0x050c})
    void aFileWaitsForWhoIsAway() throws Exception {
        Speaker alice = login("alice", 0, WINDOWS);
        IMFileRsp task = request(alice, TransferFileType.FILE_TYPE_OFFLINE);
        String id = task.getTaskId();
        BareWire.assertDone(BareWire.uploaded(task));
        BareWire.sayUploaded(alice.wire(), id);
        Speaker bob = login("bob", 1, WINDOWS);
        IMFileHasOfflineRsp list = list(bob);
        assertThat(list.getOfflineFileListList())
                .anySatisfy(file -> assertThat(file.getTaskId()).isEqualTo(id));
        try (WireClient downloader =
                BareWire.join(list.getIpAddrList(0), BOB, id, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)) {
            downloader.send(Commands.FILE_PULL_DATA_REQ, 2, BareWire.pull(id, 0, 32 << 10));
            assertThat(downloader
                            .expect(Commands.FILE_PULL_DATA_RSP)
                            .getFileData()
                            .toByteArray())
                    .isEqualTo(CONTENT);
            BareWire.assertDone(downloader);
        }
        BareWire.sayFetched(bob.wire(), id);
        assertThat(list(bob).getOfflineFileListList()).isEmpty();
    }

    @Test
    @Order(11)
    @Drives(0x0702)
    void aDbProxyThatStopsSaysSo() throws Exception {
        servers.stack().dbProxy().close();
        Eventually.until(
                "no msg-server counts on it any more", () -> !servers.stack().isUsable());
    }
}
