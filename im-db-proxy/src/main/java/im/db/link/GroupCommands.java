package im.db.link;

import im.db.domain.Conversation;
import im.db.domain.Group;
import im.db.domain.GroupId;
import im.db.domain.GroupKind;
import im.db.domain.GroupVersion;
import im.db.domain.Groups;
import im.db.domain.MembersChanged;
import im.db.domain.NewGroup;
import im.db.domain.Refused;
import im.db.domain.UserId;
import im.proto.Commands;
import im.proto.base.GroupInfo;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.GroupVersionInfo;
import im.proto.base.ShieldStatus;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupCreateRsp;
import im.proto.group.IMGroupInfoListReq;
import im.proto.group.IMGroupInfoListRsp;
import im.proto.group.IMGroupShieldReq;
import im.proto.group.IMGroupShieldRsp;
import im.proto.group.IMNormalGroupListReq;
import im.proto.group.IMNormalGroupListRsp;
import im.proto.server.IMGroupGetShieldReq;
import im.proto.server.IMGroupGetShieldRsp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups and their members. What changes a group is in the order of its messages. The user ids are those of the session that the
 * msg-server vouches for. A list that cannot be had is not answered: the protocol has no way to say so, and an empty list would be
 * a lie.
 */
public final class GroupCommands {
    private static final Logger log = LoggerFactory.getLogger(GroupCommands.class);
    /** Groups that an answer holds at most. */
    private static final int MAX_LISTED = 10_000;
    /** Groups that one question may be about. */
    private static final int MAX_ASKED = 1000;

    private final StorageCalls storage;
    private final Groups groups;

    public GroupCommands(StorageCalls storage, Groups groups) {
        this.storage = storage;
        this.groups = groups;
    }

    public void onNormalGroups(MsgServerLink link, IMNormalGroupListReq request, int seq) {
        String asking = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "groups of " + asking,
                asking,
                () -> request.getUserId() == 0
                        ? List.<GroupVersion>of()
                        : groups.normalGroupsOf(UserId.ofUnsigned(request.getUserId()), MAX_LISTED),
                found -> {
                    IMNormalGroupListRsp.Builder answer = IMNormalGroupListRsp.newBuilder()
                            .setUserId(request.getUserId())
                            .addAllGroupVersionList(
                                    found.stream().map(GroupCommands::info).toList());
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.GROUP_NORMAL_LIST_RESPONSE, seq, answer.build());
                },
                () -> {});
    }

    private static GroupVersionInfo info(GroupVersion group) {
        return GroupVersionInfo.newBuilder()
                .setGroupId(group.id().unsigned())
                .setVersion((int) group.version())
                .build();
    }

    public void onGroupInfo(MsgServerLink link, IMGroupInfoListReq request, int seq) {
        String asking = Integer.toUnsignedString(request.getUserId());
        Map<GroupId, Long> known = new HashMap<>();
        request.getGroupVersionListList().stream()
                .limit(MAX_ASKED)
                .filter(group -> group.getGroupId() != 0)
                .forEach(group ->
                        known.put(GroupId.ofUnsigned(group.getGroupId()), Integer.toUnsignedLong(group.getVersion())));
        storage.run(
                link,
                "information on groups for " + asking,
                asking,
                () -> request.getUserId() == 0
                        ? List.<Group>of()
                        : groups.find(UserId.ofUnsigned(request.getUserId()), known.keySet()),
                found -> {
                    List<GroupInfo> changed = found.stream()
                            .filter(group -> group.version() != known.get(group.id()))
                            .map(GroupCommands::info)
                            .toList();
                    IMGroupInfoListRsp.Builder answer = IMGroupInfoListRsp.newBuilder()
                            .setUserId(request.getUserId())
                            .addAllGroupInfoList(FrameBudget.firstThatFit(changed));
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.GROUP_INFO_RESPONSE, seq, answer.build());
                },
                () -> {});
    }

    private static GroupInfo info(Group group) {
        return GroupInfo.newBuilder()
                .setGroupId(group.id().unsigned())
                .setVersion((int) group.version())
                .setGroupName(group.name())
                .setGroupAvatar(group.avatarUrl())
                .setGroupCreatorId(group.creator().unsigned())
                .setGroupType(group.kind() == GroupKind.NORMAL ? GroupType.GROUP_TYPE_NORMAL : GroupType.GROUP_TYPE_TMP)
                .setShieldStatus(group.shield())
                .addAllGroupMemberList(unsigned(group.members()))
                .build();
    }

    private static List<Integer> unsigned(List<UserId> users) {
        return users.stream().map(UserId::unsigned).toList();
    }

    public void onCreate(MsgServerLink link, IMGroupCreateReq request, int seq) {
        String creator = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "new group of " + creator,
                creator,
                () -> unlessRefused(link, () -> groups.create(newGroup(request))),
                created -> answer(link, request, seq, created, ResultCode.REFUSED),
                () -> answer(link, request, seq, Optional.empty(), ResultCode.NO_DATABASE));
    }

    private static NewGroup newGroup(IMGroupCreateReq request) {
        return new NewGroup(
                UserId.ofUnsigned(request.getUserId()),
                request.getGroupType() == GroupType.GROUP_TYPE_NORMAL ? GroupKind.NORMAL : GroupKind.TEMPORARY,
                request.getGroupName(),
                request.getGroupAvatar(),
                UserIds.all(request.getMemberIdListList()),
                request.hasClientGroupId()
                        ? Optional.of(request.getClientGroupId().toByteArray())
                        : Optional.empty());
    }

    /** Nothing when it is refused, or nobody could ask for it. */
    private static <T> Optional<T> unlessRefused(MsgServerLink link, Callable<T> work) throws Exception {
        try {
            return Optional.of(work.call());
        } catch (Refused | IllegalArgumentException e) {
            log.warn("{}: refused: {}", link, e.getMessage());
            return Optional.empty();
        }
    }

    private static void answer(
            MsgServerLink link, IMGroupCreateReq request, int seq, Optional<Groups.Created> created, int otherwise) {
        IMGroupCreateRsp.Builder answer = IMGroupCreateRsp.newBuilder()
                .setUserId(request.getUserId())
                .setResultCode(created.isPresent() ? ResultCode.OK : otherwise)
                .setGroupName(request.getGroupName());
        created.ifPresent(
                group -> answer.setGroupId(group.id().unsigned()).addAllUserIdList(unsigned(group.members())));
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.GROUP_CREATE_RESPONSE, seq, answer.build());
    }

    public void onChangeMembers(MsgServerLink link, IMGroupChangeMemberReq request, int seq) {
        String group = Integer.toUnsignedString(request.getGroupId());
        storage.run(
                link,
                "change of the members of group " + group,
                inOrderOf(request.getGroupId()),
                () -> unlessRefused(link, () -> change(request)),
                changed -> answer(link, request, seq, changed, ResultCode.REFUSED),
                () -> answer(link, request, seq, Optional.empty(), ResultCode.NO_DATABASE));
    }

    /** The key of the group's messages. */
    private static Object inOrderOf(int group) {
        return group == 0 ? group : Conversation.of(GroupId.ofUnsigned(group));
    }

    private MembersChanged change(IMGroupChangeMemberReq request) throws Refused {
        UserId by = UserId.ofUnsigned(request.getUserId());
        GroupId group = GroupId.ofUnsigned(request.getGroupId());
        Set<UserId> users = UserIds.all(request.getMemberIdListList());
        return request.getChangeType() == GroupModifyType.GROUP_MODIFY_TYPE_ADD
                ? groups.add(by, group, users)
                : groups.remove(by, group, users);
    }

    private static void answer(
            MsgServerLink link,
            IMGroupChangeMemberReq request,
            int seq,
            Optional<MembersChanged> changed,
            int otherwise) {
        IMGroupChangeMemberRsp.Builder answer = IMGroupChangeMemberRsp.newBuilder()
                .setUserId(request.getUserId())
                .setChangeType(request.getChangeType())
                .setResultCode(changed.isPresent() ? ResultCode.OK : otherwise)
                .setGroupId(request.getGroupId());
        changed.ifPresent(members -> answer.addAllCurUserIdList(unsigned(members.current()))
                .addAllChgUserIdList(unsigned(members.changed())));
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.GROUP_CHANGE_MEMBER_RESPONSE, seq, answer.build());
    }

    public void onShield(MsgServerLink link, IMGroupShieldReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "silencing of a group by " + user,
                user,
                () -> Shields.isOne(request.getShieldStatus())
                        && request.getUserId() != 0
                        && request.getGroupId() != 0
                        && groups.shield(
                                UserId.ofUnsigned(request.getUserId()),
                                GroupId.ofUnsigned(request.getGroupId()),
                                request.getShieldStatus()),
                done -> answer(link, request, seq, done ? ResultCode.OK : ResultCode.REFUSED),
                () -> answer(link, request, seq, ResultCode.REFUSED));
    }

    private static void answer(MsgServerLink link, IMGroupShieldReq request, int seq, int result) {
        IMGroupShieldRsp.Builder answer = IMGroupShieldRsp.newBuilder()
                .setUserId(request.getUserId())
                .setGroupId(request.getGroupId())
                .setResultCode(result);
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.GROUP_SHIELD_GROUP_RESPONSE, seq, answer.build());
    }

    /** For the pushes to members who are away. */
    public void onGetShields(MsgServerLink link, IMGroupGetShieldReq request, int seq) {
        String group = Integer.toUnsignedString(request.getGroupId());
        Set<UserId> asked = UserIds.all(request.getUserIdList());
        storage.run(
                link,
                "who silenced group " + group,
                inOrderOf(request.getGroupId()),
                () -> request.getGroupId() == 0
                        ? Map.<UserId, Integer>of()
                        : groups.shields(GroupId.ofUnsigned(request.getGroupId()), asked),
                shields -> {
                    IMGroupGetShieldRsp.Builder answer =
                            IMGroupGetShieldRsp.newBuilder().setGroupId(request.getGroupId());
                    shields.forEach((user, shield) -> answer.addShieldStatusList(ShieldStatus.newBuilder()
                            .setUserId(user.unsigned())
                            .setGroupId(request.getGroupId())
                            .setShieldStatus(shield)));
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.OTHER_GET_SHIELD_RSP, seq, answer.build());
                },
                () -> {});
    }
}
