package im.client;

import com.google.common.collect.ImmutableList;
import im.proto.base.GroupInfo;
import im.proto.base.GroupType;
import java.util.List;

/**
 * A group and who is in it.
 *
 * @param id unsigned 32-bit
 * @param version grows with every change of the members
 * @param creatorId who may change the members of a normal group
 * @param temporary any member may add others
 * @param shielded whether the user who asked has silenced it
 * @param members ids of users
 */
public record Group(
        int id,
        long version,
        String name,
        String avatar,
        int creatorId,
        boolean temporary,
        boolean shielded,
        List<Integer> members) {
    public Group {
        members = ImmutableList.copyOf(members);
    }

    static Group of(GroupInfo info) {
        return new Group(
                info.getGroupId(),
                Integer.toUnsignedLong(info.getVersion()),
                info.getGroupName(),
                info.getGroupAvatar(),
                info.getGroupCreatorId(),
                info.getGroupType() == GroupType.GROUP_TYPE_TMP,
                info.getShieldStatus() != 0,
                info.getGroupMemberListList());
    }
}
