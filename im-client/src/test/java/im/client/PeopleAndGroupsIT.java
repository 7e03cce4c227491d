package im.client;

import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static im.client.ScriptedBackend.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.MessageLite;
import im.client.Conversation.Received;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.DepartInfo;
import im.proto.base.DepartmentStatusType;
import im.proto.base.GroupInfo;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.GroupVersionInfo;
import im.proto.base.UserInfo;
import im.proto.buddy.IMAvatarChangedNotify;
import im.proto.buddy.IMChangeAvatarRsp;
import im.proto.buddy.IMChangeSignInfoRsp;
import im.proto.buddy.IMDepartmentRsp;
import im.proto.buddy.IMSignInfoChangedNotify;
import im.proto.buddy.IMUsersInfoRsp;
import im.proto.group.IMGroupChangeMemberNotify;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupCreateRsp;
import im.proto.group.IMGroupInfoListReq;
import im.proto.group.IMGroupInfoListRsp;
import im.proto.group.IMGroupShieldRsp;
import im.proto.group.IMNormalGroupListRsp;
import im.proto.login.IMDeviceTokenRsp;
import im.proto.login.IMKickPCClientRsp;
import im.proto.login.IMPushShieldRsp;
import im.proto.login.IMQueryPushShieldRsp;
import im.proto.message.IMClientTimeRsp;
import im.proto.switchservice.IMP2PCmdMsg;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeopleAndGroupsIT {
    private static final int GROUP = 7;

    private ScriptedBackend backend;

    @BeforeEach
    void start() throws Exception {
        backend = ScriptedBackend.start();
    }

    @AfterEach
    void stop() throws Exception {
        backend.close();
    }

    /** @return what was asked */
    private <Q extends MessageLite, R extends MessageLite> Q answer(Command<Q> request, Command<R> response, R body)
            throws Exception {
        Received<Q> asked = backend.msg.expectPdu(request);
        backend.msg.send(response, asked.seq(), body);
        return asked.message();
    }

    private static void assertRefused(CompletableFuture<?> asked) {
        assertThatThrownBy(() -> await(asked)).hasCauseInstanceOf(RequestRefusedException.class);
    }

    private static GroupInfo group(int id) {
        return GroupInfo.newBuilder()
                .setGroupId(id)
                .setVersion(3)
                .setGroupName("group " + id)
                .setGroupAvatar("")
                .setGroupCreatorId(ALICE)
                .setGroupType(GroupType.GROUP_TYPE_NORMAL)
                .setShieldStatus(1)
                .addGroupMemberList(ALICE)
                .addGroupMemberList(BOB)
                .build();
    }

    @Test
    void groupsAreListedEvenIfAnAnswerIsCut() throws Exception {
        CompletableFuture<List<Group>> groups = backend.client.groups().all();
        IMNormalGroupListRsp.Builder versions =
                IMNormalGroupListRsp.newBuilder().setUserId(ALICE);
        for (int id : List.of(7, 8, 9)) {
            versions.addGroupVersionList(
                    GroupVersionInfo.newBuilder().setGroupId(id).setVersion(3));
        }
        answer(Commands.GROUP_NORMAL_LIST_REQUEST, Commands.GROUP_NORMAL_LIST_RESPONSE, versions.build());
        IMGroupInfoListReq asked = answer(
                Commands.GROUP_INFO_REQUEST,
                Commands.GROUP_INFO_RESPONSE,
                IMGroupInfoListRsp.newBuilder()
                        .setUserId(ALICE)
                        .addGroupInfoList(group(7))
                        .addGroupInfoList(group(8))
                        .build());
        assertThat(asked.getGroupVersionListList())
                .allSatisfy(one -> assertThat(one.getVersion()).isZero());
        assertThat(asked.getGroupVersionListCount()).isEqualTo(3);
        IMGroupInfoListReq rest = answer(
                Commands.GROUP_INFO_REQUEST,
                Commands.GROUP_INFO_RESPONSE,
                IMGroupInfoListRsp.newBuilder().setUserId(ALICE).build());
        assertThat(rest.getGroupVersionListList())
                .extracting(GroupVersionInfo::getGroupId)
                .containsExactly(9);
        assertThat(await(groups))
                .hasSize(2)
                .contains(new Group(7, 3, "group 7", "", ALICE, false, true, List.of(ALICE, BOB)));
    }

    @Test
    void aGroupIsFoundedUnlessTheServersDoNotWantIt() throws Exception {
        CompletableFuture<Integer> created = backend.client.groups().create("friends", true, List.of(BOB));
        IMGroupCreateRsp.Builder result =
                IMGroupCreateRsp.newBuilder().setUserId(ALICE).setGroupName("friends");
        IMGroupCreateReq asked = answer(
                Commands.GROUP_CREATE_REQUEST,
                Commands.GROUP_CREATE_RESPONSE,
                result.setResultCode(0).setGroupId(GROUP).build());
        assertThat(asked.getGroupType()).isEqualTo(GroupType.GROUP_TYPE_TMP);
        assertThat(asked.getMemberIdListList()).containsExactly(BOB);
        assertThat(await(created)).isEqualTo(GROUP);

        CompletableFuture<Integer> refused = backend.client.groups().create("", false, List.of());
        IMGroupCreateReq again = answer(
                Commands.GROUP_CREATE_REQUEST,
                Commands.GROUP_CREATE_RESPONSE,
                result.setResultCode(1).clearGroupId().build());
        assertThat(again.getGroupType()).isEqualTo(GroupType.GROUP_TYPE_NORMAL);
        assertRefused(refused);
    }

    @Test
    void membersAreAddedAndRemoved() throws Exception {
        for (GroupModifyType how : GroupModifyType.values()) {
            boolean adds = how == GroupModifyType.GROUP_MODIFY_TYPE_ADD;
            CompletableFuture<MembersChanged> changed = adds
                    ? backend.client.groups().add(GROUP, List.of(BOB, 3))
                    : backend.client.groups().remove(GROUP, List.of(BOB, 3));
            IMGroupChangeMemberReq asked = answer(
                    Commands.GROUP_CHANGE_MEMBER_REQUEST,
                    Commands.GROUP_CHANGE_MEMBER_RESPONSE,
                    IMGroupChangeMemberRsp.newBuilder()
                            .setUserId(ALICE)
                            .setChangeType(how)
                            .setResultCode(0)
                            .setGroupId(GROUP)
                            .addCurUserIdList(ALICE)
                            .addChgUserIdList(BOB)
                            .build());
            assertThat(asked.getChangeType()).isEqualTo(how);
            assertThat(asked.getMemberIdListList()).containsExactly(BOB, 3);
            assertThat(await(changed)).isEqualTo(new MembersChanged(GROUP, ALICE, adds, List.of(BOB), List.of(ALICE)));
        }
    }

    @Test
    void aGroupIsShielded() throws Exception {
        for (int result : List.of(0, 1)) {
            CompletableFuture<Void> shielded = backend.client.groups().shield(GROUP, true);
            assertThat(answer(
                                    Commands.GROUP_SHIELD_GROUP_REQUEST,
                                    Commands.GROUP_SHIELD_GROUP_RESPONSE,
                                    IMGroupShieldRsp.newBuilder()
                                            .setUserId(ALICE)
                                            .setGroupId(GROUP)
                                            .setResultCode(result)
                                            .build())
                            .getShieldStatus())
                    .isEqualTo(1);
            if (result == 0) {
                await(shielded);
            } else {
                assertRefused(shielded);
            }
        }
    }

    @Test
    void everybodyIsListedPageByPage() throws Exception {
        CompletableFuture<List<User>> users = backend.client.people().all();
        UserInfo alice = ScriptedBackend.user(ALICE, "alice");
        UserInfo bob = ScriptedBackend.user(BOB, "bob");
        UserInfo carol = ScriptedBackend.user(3, "carol");
        assertThat(ScriptedBackend.answerUsers(backend.msg, 100, alice, bob)).isZero();
        assertThat(ScriptedBackend.answerUsers(backend.msg, 101, bob, carol)).isEqualTo(100);
        assertThat(ScriptedBackend.answerUsers(backend.msg, 102, carol))
                .as("the last, with nobody new")
                .isEqualTo(101);
        assertThat(await(users)).extracting(User::loginName).containsExactly("alice", "bob", "carol");
    }

    @Test
    void aServerWhoseTimeStandsStillIsNotAskedForEver() throws Exception {
        CompletableFuture<List<User>> users = backend.client.people().all();
        ScriptedBackend.answerUsers(backend.msg, 100, ScriptedBackend.user(ALICE, "alice"));
        ScriptedBackend.answerUsers(backend.msg, 100, ScriptedBackend.user(BOB, "bob"));
        assertThat(await(users)).extracting(User::loginName).containsExactly("alice", "bob");
    }

    @Test
    void usersShowTheirProfilesAndDepartments() throws Exception {
        CompletableFuture<List<Profile>> profiles = backend.client.people().profiles(List.of(ALICE, 9));
        assertThat(answer(
                                Commands.BUDDY_LIST_USER_INFO_REQUEST,
                                Commands.BUDDY_LIST_USER_INFO_RESPONSE,
                                IMUsersInfoRsp.newBuilder()
                                        .setUserId(ALICE)
                                        .addUserInfoList(ScriptedBackend.welcome().getUserInfo().toBuilder()
                                                .setSignInfo("on leave"))
                                        .build())
                        .getUserIdListList())
                .containsExactly(ALICE, 9);
        assertThat(await(profiles))
                .containsExactly(new Profile(backend.client.self(), "alice", "", 1, "", "", "on leave"));

        CompletableFuture<List<Department>> departments =
                backend.client.people().departments();
        answer(
                Commands.BUDDY_LIST_DEPARTMENT_REQUEST,
                Commands.BUDDY_LIST_DEPARTMENT_RESPONSE,
                IMDepartmentRsp.newBuilder()
                        .setUserId(ALICE)
                        .setLatestUpdateTime(0)
                        .addDeptList(DepartInfo.newBuilder()
                                .setDeptId(2)
                                .setPriority(5)
                                .setDeptName("kitchen")
                                .setParentDeptId(1)
                                .setDeptStatus(DepartmentStatusType.DEPT_STATUS_DELETE))
                        .build());
        assertThat(await(departments)).containsExactly(new Department(2, "kitchen", 1, 5, true));
    }

    @Test
    void aUserChangesWhatOthersSee() throws Exception {
        for (int result : List.of(0, 1)) {
            CompletableFuture<Void> signature = backend.client.account().changeSignature("on leave");
            assertThat(answer(
                                    Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST,
                                    Commands.BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE,
                                    IMChangeSignInfoRsp.newBuilder()
                                            .setUserId(ALICE)
                                            .setResultCode(result)
                                            .build())
                            .getSignInfo())
                    .isEqualTo("on leave");
            CompletableFuture<Void> avatar = backend.client.account().changeAvatar("http://a/b.png");
            assertThat(answer(
                                    Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST,
                                    Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE,
                                    IMChangeAvatarRsp.newBuilder()
                                            .setUserId(ALICE)
                                            .setResultCode(result)
                                            .build())
                            .getAvatarUrl())
                    .isEqualTo("http://a/b.png");
            if (result == 0) {
                await(signature);
                await(avatar);
            } else {
                assertRefused(signature);
                assertRefused(avatar);
            }
        }
    }

    @Test
    void pushesAreDirectedAndShielded() throws Exception {
        CompletableFuture<Void> registered = backend.client.account().registerPushToken("token");
        assertThat(answer(
                                Commands.LOGIN_REQ_DEVICETOKEN,
                                Commands.LOGIN_RES_DEVICETOKEN,
                                IMDeviceTokenRsp.newBuilder().setUserId(ALICE).build())
                        .getDeviceToken())
                .isEqualTo("token");
        await(registered);

        CompletableFuture<Void> shielded = backend.client.account().shieldPushesAtNight(true);
        assertThat(answer(
                                Commands.LOGIN_REQ_PUSH_SHIELD,
                                Commands.LOGIN_RES_PUSH_SHIELD,
                                IMPushShieldRsp.newBuilder()
                                        .setUserId(ALICE)
                                        .setResultCode(0)
                                        .build())
                        .getShieldStatus())
                .isEqualTo(1);
        await(shielded);

        CompletableFuture<Boolean> status = backend.client.account().pushesAreShieldedAtNight();
        answer(
                Commands.LOGIN_REQ_QUERY_PUSH_SHIELD,
                Commands.LOGIN_RES_QUERY_PUSH_SHIELD,
                IMQueryPushShieldRsp.newBuilder()
                        .setUserId(ALICE)
                        .setResultCode(0)
                        .setShieldStatus(1)
                        .build());
        assertThat(await(status)).isTrue();
    }

    @Test
    void theDesktopIsKicked() throws Exception {
        CompletableFuture<Void> kicked = backend.client.account().kickDesktop();
        answer(
                Commands.LOGIN_REQ_KICKPCCLIENT,
                Commands.LOGIN_RES_KICKPCCLIENT,
                IMKickPCClientRsp.newBuilder().setUserId(ALICE).setResultCode(1).build());
        assertRefused(kicked);
    }

    @Test
    void theServerTellsTheTime() throws Exception {
        CompletableFuture<Instant> time = backend.client.serverTime();
        answer(
                Commands.MSG_TIME_REQUEST,
                Commands.MSG_TIME_RESPONSE,
                IMClientTimeRsp.newBuilder().setServerTime(-1).build());
        assertThat(await(time)).isEqualTo(Instant.ofEpochSecond(4_294_967_295L));
    }

    @Test
    void commandsPassBetweenClients() throws Exception {
        IMP2PCmdMsg command = IMP2PCmdMsg.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(BOB)
                .setCmdMsgData("shake")
                .build();
        await(backend.client.people().command(BOB, "shake"));
        assertThat(backend.msg.expect(Commands.SWITCH_P2P_CMD)).isEqualTo(command);
        backend.msg.send(Commands.SWITCH_P2P_CMD, 0, command);
        assertThat(backend.events.next()).isEqualTo("command from 1: shake");
    }

    @Test
    void newsReachTheListener() throws Exception {
        backend.msg.send(
                Commands.GROUP_CHANGE_MEMBER_NOTIFY,
                0,
                IMGroupChangeMemberNotify.newBuilder()
                        .setUserId(BOB)
                        .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_DEL)
                        .setGroupId(GROUP)
                        .addCurUserIdList(BOB)
                        .addChgUserIdList(ALICE)
                        .build());
        backend.msg.send(
                Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY,
                0,
                IMSignInfoChangedNotify.newBuilder()
                        .setChangedUserId(BOB)
                        .setSignInfo("back")
                        .build());
        backend.msg.send(
                Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY,
                0,
                IMAvatarChangedNotify.newBuilder()
                        .setChangedUserId(BOB)
                        .setAvatarUrl("url")
                        .build());
        assertThat(backend.events.next())
                .isEqualTo(new MembersChanged(GROUP, BOB, false, List.of(ALICE), List.of(BOB)));
        assertThat(backend.events.next()).isEqualTo("signature of 2: back");
        assertThat(backend.events.next()).isEqualTo("avatar of 2: url");
    }
}
