package im.client;

import im.proto.Commands;
import im.proto.base.GroupInfo;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.GroupVersionInfo;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Groups and their members. Thread-safe; futures complete on the client's event loop. Messages to them are a matter of {@link Messages}. */
public final class Groups {
    private static final int ASKED_AT_ONCE = 100;

    private final MsgServerLink link;

    Groups(MsgServerLink link) {
        this.link = link;
    }

    /** Ids and versions of the normal groups that the user is in. Nothing lists temporary ones but the recent conversations. */
    public CompletableFuture<Map<Integer, Long>> versions() {
        IMNormalGroupListReq request =
                IMNormalGroupListReq.newBuilder().setUserId(link.self().id()).build();
        return link.call(Commands.GROUP_NORMAL_LIST_REQUEST, request, IMNormalGroupListRsp.class)
                .thenApply(answer -> {
                    Map<Integer, Long> versions = new LinkedHashMap<>();
                    answer.getGroupVersionListList()
                            .forEach(one -> versions.put(one.getGroupId(), Integer.toUnsignedLong(one.getVersion())));
                    return versions;
                });
    }

    /** The normal groups that the user is in. */
    public CompletableFuture<List<Group>> all() {
        return versions().thenCompose(versions -> infos(versions.keySet()));
    }

    /** Those of these groups that the user is or was in. */
    public CompletableFuture<List<Group>> infos(Collection<Integer> groupIds) {
        return infos(new LinkedHashSet<>(groupIds), new ArrayList<>());
    }

    /** Asks for those that are left, until an answer brings none of them: a server cuts what would be too long. */
    private CompletableFuture<List<Group>> infos(Set<Integer> left, List<Group> found) {
        if (left.isEmpty()) {
            return CompletableFuture.completedFuture(List.copyOf(found));
        }
        List<Integer> asked = left.stream().limit(ASKED_AT_ONCE).toList();
        IMGroupInfoListReq.Builder request =
                IMGroupInfoListReq.newBuilder().setUserId(link.self().id());
        asked.forEach(id -> request.addGroupVersionList(
                GroupVersionInfo.newBuilder().setGroupId(id).setVersion(0)));
        return link.call(Commands.GROUP_INFO_REQUEST, request.build(), IMGroupInfoListRsp.class)
                .thenCompose(answer -> {
                    boolean any = false;
                    for (GroupInfo info : answer.getGroupInfoListList()) {
                        if (left.remove(info.getGroupId())) {
                            found.add(Group.of(info));
                            any = true;
                        }
                    }
                    if (!any) {
                        asked.forEach(left::remove);
                    }
                    return infos(left, found);
                });
    }

    /**
     * Founds a group of this user and others.
     *
     * @param name 1 to 64 characters
     * @param members other users; those that do not exist are left out
     * @return its id; fails with {@link RequestRefusedException} when the servers do not want it
     */
    public CompletableFuture<Integer> create(String name, boolean temporary, Collection<Integer> members) {
        IMGroupCreateReq request = IMGroupCreateReq.newBuilder()
                .setUserId(link.self().id())
                .setGroupType(temporary ? GroupType.GROUP_TYPE_TMP : GroupType.GROUP_TYPE_NORMAL)
                .setGroupName(name)
                .setGroupAvatar("")
                .addAllMemberIdList(members)
                .build();
        return link.call(Commands.GROUP_CREATE_REQUEST, request, IMGroupCreateRsp.class)
                .thenCompose(answer -> RequestRefusedException.unlessDone(
                                answer.getResultCode(), "to create a group called " + name)
                        .thenApply(done -> answer.getGroupId()));
    }

    /** Adds users to a group. */
    public CompletableFuture<MembersChanged> add(int groupId, Collection<Integer> userIds) {
        return change(groupId, GroupModifyType.GROUP_MODIFY_TYPE_ADD, userIds, "to add to the group");
    }

    /** Removes users from a group; oneself, too. */
    public CompletableFuture<MembersChanged> remove(int groupId, Collection<Integer> userIds) {
        return change(groupId, GroupModifyType.GROUP_MODIFY_TYPE_DEL, userIds, "to remove from the group");
    }

    private CompletableFuture<MembersChanged> change(
            int groupId, GroupModifyType how, Collection<Integer> userIds, String what) {
        IMGroupChangeMemberReq request = IMGroupChangeMemberReq.newBuilder()
                .setUserId(link.self().id())
                .setChangeType(how)
                .setGroupId(groupId)
                .addAllMemberIdList(userIds)
                .build();
        return link.call(Commands.GROUP_CHANGE_MEMBER_REQUEST, request, IMGroupChangeMemberRsp.class)
                .thenCompose(answer -> RequestRefusedException.unlessDone(answer.getResultCode(), what)
                        .thenApply(done -> MembersChanged.of(answer)));
    }

    /** Silences a group on mobiles, or lets it speak again. */
    public CompletableFuture<Void> shield(int groupId, boolean shielded) {
        IMGroupShieldReq request = IMGroupShieldReq.newBuilder()
                .setUserId(link.self().id())
                .setGroupId(groupId)
                .setShieldStatus(shielded ? 1 : 0)
                .build();
        return link.call(Commands.GROUP_SHIELD_GROUP_REQUEST, request, IMGroupShieldRsp.class)
                .thenCompose(
                        answer -> RequestRefusedException.unlessDone(answer.getResultCode(), "to shield the group"));
    }
}
