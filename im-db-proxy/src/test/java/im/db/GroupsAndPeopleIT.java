package im.db;

import static im.db.AskedProxy.ALICE;
import static im.db.AskedProxy.BOB;
import static im.db.AskedProxy.CAROL;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.DepartInfo;
import im.proto.base.DepartmentStatusType;
import im.proto.base.GroupInfo;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.GroupVersionInfo;
import im.proto.base.MsgType;
import im.proto.base.ShieldStatus;
import im.proto.base.UserInfo;
import im.proto.base.UserTokenInfo;
import im.proto.buddy.IMChangeAvatarReq;
import im.proto.buddy.IMChangeAvatarRsp;
import im.proto.buddy.IMChangeSignInfoReq;
import im.proto.buddy.IMChangeSignInfoRsp;
import im.proto.buddy.IMDepartmentReq;
import im.proto.buddy.IMDepartmentRsp;
import im.proto.buddy.IMUsersInfoReq;
import im.proto.buddy.IMUsersInfoRsp;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupCreateRsp;
import im.proto.group.IMGroupInfoListReq;
import im.proto.group.IMGroupInfoListRsp;
import im.proto.group.IMGroupShieldReq;
import im.proto.group.IMNormalGroupListReq;
import im.proto.group.IMNormalGroupListRsp;
import im.proto.login.IMDeviceTokenReq;
import im.proto.login.IMDeviceTokenRsp;
import im.proto.login.IMPushShieldReq;
import im.proto.login.IMPushShieldRsp;
import im.proto.login.IMQueryPushShieldReq;
import im.proto.login.IMQueryPushShieldRsp;
import im.proto.message.IMMsgData;
import im.proto.server.IMGetDeviceTokenReq;
import im.proto.server.IMGetDeviceTokenRsp;
import im.proto.server.IMGroupGetShieldReq;
import im.proto.server.IMGroupGetShieldRsp;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups, people, and pushes to them, from a bare socket in the place of a msg-server. */
@Timeout(120)
class GroupsAndPeopleIT {
    private static final ByteString TOKEN = ByteString.copyFrom(new byte[] {0, 1, -1, 42});
    private static final int NOBODY = 99;

    private AskedProxy proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = AskedProxy.start();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
    }

    private IMGroupCreateRsp create(IMGroupCreateReq.Builder request) throws IOException {
        return proxy.ask(Commands.GROUP_CREATE_REQUEST, request.build(), Commands.GROUP_CREATE_RESPONSE);
    }

    private static IMGroupCreateReq.Builder group() {
        return IMGroupCreateReq.newBuilder()
                .setUserId(ALICE)
                .setGroupType(GroupType.GROUP_TYPE_NORMAL)
                .setGroupName("us")
                .setGroupAvatar("http://a")
                .addAllMemberIdList(List.of(BOB, BOB, NOBODY, 0))
                .setAttachData(TOKEN);
    }

    private IMGroupChangeMemberRsp change(int by, GroupModifyType type, Integer... users) throws IOException {
        return proxy.ask(
                Commands.GROUP_CHANGE_MEMBER_REQUEST,
                IMGroupChangeMemberReq.newBuilder()
                        .setUserId(by)
                        .setChangeType(type)
                        .setGroupId(1)
                        .addAllMemberIdList(List.of(users))
                        .setAttachData(TOKEN)
                        .build(),
                Commands.GROUP_CHANGE_MEMBER_RESPONSE);
    }

    @Test
    void makesAGroupOnceThatIsAskedForAgain() throws IOException {
        IMGroupCreateReq.Builder named = group().setClientGroupId(ByteString.copyFrom(new byte[32]));
        assertThat(create(named)).isEqualTo(create(named));
        assertThat(create(named).getGroupId()).isOne();
        assertThat(create(group().setClientGroupId(ByteString.copyFrom(new byte[33])))
                        .getResultCode())
                .isEqualTo(1);
    }

    @Test
    void makesGroups() throws IOException {
        assertThat(create(group()))
                .isEqualTo(IMGroupCreateRsp.newBuilder()
                        .setUserId(ALICE)
                        .setResultCode(0)
                        .setGroupId(1)
                        .setGroupName("us")
                        .addAllUserIdList(List.of(ALICE, BOB))
                        .setAttachData(TOKEN)
                        .build());
        for (IMGroupCreateReq.Builder refused : List.of(
                group().setGroupName(" "),
                group().setGroupName("x".repeat(65)),
                group().setGroupAvatar("x".repeat(1025)),
                group().setUserId(NOBODY),
                group().setUserId(0))) {
            IMGroupCreateRsp answer = create(refused);
            assertThat(answer.getResultCode()).isEqualTo(1);
            assertThat(answer.hasGroupId()).isFalse();
            assertThat(answer.getAttachData()).isEqualTo(TOKEN);
        }
    }

    @Test
    void listsGroupsAndTellsOnlyWhatIsNewOfThem() throws IOException {
        create(group());
        IMNormalGroupListRsp list = proxy.ask(
                Commands.GROUP_NORMAL_LIST_REQUEST,
                IMNormalGroupListReq.newBuilder()
                        .setUserId(BOB)
                        .setAttachData(TOKEN)
                        .build(),
                Commands.GROUP_NORMAL_LIST_RESPONSE);
        GroupVersionInfo version =
                GroupVersionInfo.newBuilder().setGroupId(1).setVersion(1).build();
        assertThat(list)
                .isEqualTo(IMNormalGroupListRsp.newBuilder()
                        .setUserId(BOB)
                        .addGroupVersionList(version)
                        .setAttachData(TOKEN)
                        .build());
        assertThat(infos(BOB, version.toBuilder().setVersion(0).build()))
                .isEqualTo(IMGroupInfoListRsp.newBuilder()
                        .setUserId(BOB)
                        .addGroupInfoList(GroupInfo.newBuilder()
                                .setGroupId(1)
                                .setVersion(1)
                                .setGroupName("us")
                                .setGroupAvatar("http://a")
                                .setGroupCreatorId(ALICE)
                                .setGroupType(GroupType.GROUP_TYPE_NORMAL)
                                .setShieldStatus(0)
                                .addAllGroupMemberList(List.of(ALICE, BOB)))
                        .setAttachData(TOKEN)
                        .build());
        assertThat(infos(BOB, version).getGroupInfoListList()).isEmpty();
        assertThat(infos(CAROL, version.toBuilder().setVersion(0).build()).getGroupInfoListList())
                .isEmpty();
        assertThat(infos(0, version).getGroupInfoListList()).isEmpty();
    }

    private IMGroupInfoListRsp infos(int user, GroupVersionInfo known) throws IOException {
        return proxy.ask(
                Commands.GROUP_INFO_REQUEST,
                IMGroupInfoListReq.newBuilder()
                        .setUserId(user)
                        .addGroupVersionList(known)
                        .setAttachData(TOKEN)
                        .build(),
                Commands.GROUP_INFO_RESPONSE);
    }

    @Test
    void changesMembersAndSaysWhoReallyCameOrWent() throws IOException {
        create(group());
        assertThat(change(ALICE, GroupModifyType.GROUP_MODIFY_TYPE_ADD, BOB, CAROL))
                .isEqualTo(IMGroupChangeMemberRsp.newBuilder()
                        .setUserId(ALICE)
                        .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_ADD)
                        .setResultCode(0)
                        .setGroupId(1)
                        .addAllCurUserIdList(List.of(ALICE, BOB, CAROL))
                        .addChgUserIdList(CAROL)
                        .setAttachData(TOKEN)
                        .build());
        IMGroupChangeMemberRsp refused = change(BOB, GroupModifyType.GROUP_MODIFY_TYPE_DEL, ALICE);
        assertThat(refused.getResultCode()).isEqualTo(1);
        assertThat(refused.getCurUserIdListList()).isEmpty();
        assertThat(change(BOB, GroupModifyType.GROUP_MODIFY_TYPE_DEL, BOB).getCurUserIdListList())
                .containsExactly(ALICE, CAROL);
    }

    @Test
    void messagesToAGroupNameItsMembers() throws IOException {
        create(group());
        IMMsgData.Builder message = IMMsgData.newBuilder()
                .setFromUserId(BOB)
                .setToSessionId(1)
                .setMsgId(0)
                .setCreateTime(0)
                .setMsgType(MsgType.MSG_TYPE_GROUP_TEXT)
                .setMsgData(ByteString.copyFromUtf8("hello"));
        IMMsgData stored = proxy.ask(Commands.MSG_DATA, message.build(), Commands.MSG_DATA);
        assertThat(stored.getMsgId()).isEqualTo(1);
        assertThat(stored.getMemberIdListList()).containsExactly(ALICE, BOB);
        change(ALICE, GroupModifyType.GROUP_MODIFY_TYPE_ADD, CAROL);
        assertThat(proxy.ask(Commands.MSG_DATA, message.build(), Commands.MSG_DATA)
                        .getMemberIdListList())
                .containsExactly(ALICE, BOB, CAROL);
        assertThat(proxy.ask(Commands.MSG_DATA, message.setFromUserId(NOBODY).build(), Commands.MSG_DATA)
                        .getResultCode())
                .isEqualTo(1);
    }

    @Test
    void membersSilenceGroups() throws IOException {
        create(group());
        assertThat(shield(BOB, 1)).isZero();
        assertThat(shield(BOB, 2)).isEqualTo(1);
        assertThat(shield(CAROL, 1)).isEqualTo(1);
        IMGroupGetShieldRsp shields = proxy.ask(
                Commands.OTHER_GET_SHIELD_REQ,
                IMGroupGetShieldReq.newBuilder()
                        .setGroupId(1)
                        .addAllUserId(List.of(BOB, CAROL))
                        .setAttachData(TOKEN)
                        .build(),
                Commands.OTHER_GET_SHIELD_RSP);
        assertThat(shields)
                .isEqualTo(IMGroupGetShieldRsp.newBuilder()
                        .setGroupId(1)
                        .addShieldStatusList(ShieldStatus.newBuilder()
                                .setUserId(BOB)
                                .setGroupId(1)
                                .setShieldStatus(1))
                        .setAttachData(TOKEN)
                        .build());
    }

    private int shield(int user, int status) throws IOException {
        return proxy.ask(
                        Commands.GROUP_SHIELD_GROUP_REQUEST,
                        IMGroupShieldReq.newBuilder()
                                .setUserId(user)
                                .setGroupId(1)
                                .setShieldStatus(status)
                                .setAttachData(TOKEN)
                                .build(),
                        Commands.GROUP_SHIELD_GROUP_RESPONSE)
                .getResultCode();
    }

    private IMUsersInfoRsp infos(Integer... users) throws IOException {
        return proxy.ask(
                Commands.BUDDY_LIST_USER_INFO_REQUEST,
                IMUsersInfoReq.newBuilder()
                        .setUserId(ALICE)
                        .addAllUserIdList(List.of(users))
                        .setAttachData(TOKEN)
                        .build(),
                Commands.BUDDY_LIST_USER_INFO_RESPONSE);
    }

    @Test
    void tellsOfUsersByTheirIds() throws IOException {
        IMUsersInfoRsp answer = infos(BOB, NOBODY, 0, ALICE);
        assertThat(answer.getUserId()).isEqualTo(ALICE);
        assertThat(answer.getAttachData()).isEqualTo(TOKEN);
        assertThat(answer.getUserInfoListList())
                .extracting(UserInfo::getUserDomain)
                .containsExactly("alice", "bob");
    }

    @Test
    void changesAvatarAndSignature() throws IOException {
        IMChangeAvatarReq.Builder avatar = IMChangeAvatarReq.newBuilder()
                .setUserId(ALICE)
                .setAvatarUrl("http://new")
                .setAttachData(TOKEN);
        IMChangeAvatarRsp changed = proxy.ask(
                Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST, avatar.build(), Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE);
        assertThat(changed)
                .isEqualTo(IMChangeAvatarRsp.newBuilder()
                        .setUserId(ALICE)
                        .setResultCode(0)
                        .setAttachData(TOKEN)
                        .build());
        for (IMChangeAvatarReq refused : List.of(
                avatar.setAvatarUrl("x".repeat(1025)).build(),
                avatar.setAvatarUrl("x").setUserId(NOBODY).build(),
                avatar.setUserId(0).build())) {
            assertThat(proxy.ask(
                                    Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST,
                                    refused,
                                    Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE)
                            .getResultCode())
                    .isEqualTo(1);
        }
        IMChangeSignInfoReq.Builder signature =
                IMChangeSignInfoReq.newBuilder().setUserId(ALICE).setAttachData(TOKEN);
        assertThat(sign(signature.setSignInfo("x".repeat(513))).getResultCode()).isEqualTo(1);
        assertThat(sign(signature.setSignInfo("hi")))
                .isEqualTo(IMChangeSignInfoRsp.newBuilder()
                        .setUserId(ALICE)
                        .setResultCode(0)
                        .setSignInfo("hi")
                        .setAttachData(TOKEN)
                        .build());
        assertThat(infos(ALICE).getUserInfoList(0))
                .extracting(UserInfo::getAvatarUrl, UserInfo::getSignInfo)
                .containsExactly("http://new", "hi");
    }

    private IMChangeSignInfoRsp sign(IMChangeSignInfoReq.Builder request) throws IOException {
        return proxy.ask(
                Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST,
                request.build(),
                Commands.BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE);
    }

    @Test
    void listsDepartmentsThatChanged() throws Exception {
        proxy.database.execute("INSERT INTO department (name, parent_id, priority, status, updated) VALUES"
                + " ('All', 0, 1, 0, 1000), ('Sales', 1, 2, 1, 2000)");
        IMDepartmentReq.Builder request = IMDepartmentReq.newBuilder()
                .setUserId(ALICE)
                .setLatestUpdateTime(1001)
                .setAttachData(TOKEN);
        assertThat(proxy.ask(
                        Commands.BUDDY_LIST_DEPARTMENT_REQUEST,
                        request.build(),
                        Commands.BUDDY_LIST_DEPARTMENT_RESPONSE))
                .isEqualTo(IMDepartmentRsp.newBuilder()
                        .setUserId(ALICE)
                        .setLatestUpdateTime(2000)
                        .addDeptList(DepartInfo.newBuilder()
                                .setDeptId(2)
                                .setPriority(2)
                                .setDeptName("Sales")
                                .setParentDeptId(1)
                                .setDeptStatus(DepartmentStatusType.DEPT_STATUS_DELETE))
                        .setAttachData(TOKEN)
                        .build());
        assertThat(proxy.ask(
                                Commands.BUDDY_LIST_DEPARTMENT_REQUEST,
                                request.setLatestUpdateTime(0).build(),
                                Commands.BUDDY_LIST_DEPARTMENT_RESPONSE)
                        .getDeptListList())
                .hasSize(2);
    }

    private void register(int user, ClientType type, String token) throws IOException {
        IMDeviceTokenRsp answer = proxy.ask(
                Commands.LOGIN_REQ_DEVICETOKEN,
                IMDeviceTokenReq.newBuilder()
                        .setUserId(user)
                        .setDeviceToken(token)
                        .setClientType(type)
                        .setAttachData(TOKEN)
                        .build(),
                Commands.LOGIN_RES_DEVICETOKEN);
        assertThat(answer)
                .isEqualTo(IMDeviceTokenRsp.newBuilder()
                        .setUserId(user)
                        .setAttachData(TOKEN)
                        .build());
    }

    private IMGetDeviceTokenRsp tokens(Integer... users) throws IOException {
        return proxy.ask(
                Commands.OTHER_GET_DEVICE_TOKEN_REQ,
                IMGetDeviceTokenReq.newBuilder()
                        .addAllUserId(List.of(users))
                        .setAttachData(TOKEN)
                        .build(),
                Commands.OTHER_GET_DEVICE_TOKEN_RSP);
    }

    @Test
    void keepsTokensForPushes() throws IOException {
        register(ALICE, ClientType.CLIENT_TYPE_IOS, "a");
        register(BOB, ClientType.CLIENT_TYPE_ANDROID, "b");
        assertThat(tokens(ALICE, CAROL))
                .isEqualTo(IMGetDeviceTokenRsp.newBuilder()
                        .addUserTokenInfo(UserTokenInfo.newBuilder()
                                .setUserId(ALICE)
                                .setUserType(ClientType.CLIENT_TYPE_IOS)
                                .setToken("a")
                                .setPushCount(0)
                                .setPushType(1))
                        .setAttachData(TOKEN)
                        .build());
        register(ALICE, ClientType.CLIENT_TYPE_IOS, "");
        assertThat(tokens(ALICE, BOB).getUserTokenInfoList())
                .extracting(UserTokenInfo::getToken)
                .containsExactly("b");
        assertThat(tokens().getUserTokenInfoList()).isEmpty();
    }

    @Test
    void doesNotSayThatATokenIsKeptWhenItIsNot() throws IOException {
        proxy.client.send(
                Commands.LOGIN_REQ_DEVICETOKEN,
                1,
                IMDeviceTokenReq.newBuilder()
                        .setUserId(ALICE)
                        .setDeviceToken("x".repeat(513))
                        .setClientType(ClientType.CLIENT_TYPE_IOS)
                        .build());
        proxy.client.send(
                Commands.LOGIN_REQ_DEVICETOKEN,
                2,
                IMDeviceTokenReq.newBuilder()
                        .setUserId(ALICE)
                        .setDeviceToken("x")
                        .build());
        register(ALICE, ClientType.CLIENT_TYPE_IOS, "a");
    }

    @Test
    void remembersWhoWantsNoPushesAtNight() throws IOException {
        IMPushShieldReq.Builder request =
                IMPushShieldReq.newBuilder().setUserId(ALICE).setShieldStatus(1).setAttachData(TOKEN);
        assertThat(proxy.ask(Commands.LOGIN_REQ_PUSH_SHIELD, request.build(), Commands.LOGIN_RES_PUSH_SHIELD))
                .isEqualTo(IMPushShieldRsp.newBuilder()
                        .setUserId(ALICE)
                        .setResultCode(0)
                        .setShieldStatus(1)
                        .setAttachData(TOKEN)
                        .build());
        assertThat(proxy.ask(
                                Commands.LOGIN_REQ_PUSH_SHIELD,
                                request.setShieldStatus(2).build(),
                                Commands.LOGIN_RES_PUSH_SHIELD)
                        .getResultCode())
                .isEqualTo(1);
        assertThat(proxy.ask(
                        Commands.LOGIN_REQ_QUERY_PUSH_SHIELD,
                        IMQueryPushShieldReq.newBuilder()
                                .setUserId(ALICE)
                                .setAttachData(TOKEN)
                                .build(),
                        Commands.LOGIN_RES_QUERY_PUSH_SHIELD))
                .isEqualTo(IMQueryPushShieldRsp.newBuilder()
                        .setUserId(ALICE)
                        .setResultCode(0)
                        .setShieldStatus(1)
                        .setAttachData(TOKEN)
                        .build());
    }
}
