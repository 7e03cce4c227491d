package im.client;

import com.google.common.collect.ImmutableList;
import im.proto.base.GroupModifyType;
import im.proto.group.IMGroupChangeMemberNotify;
import im.proto.group.IMGroupChangeMemberRsp;
import java.util.List;

/**
 * Users were added to a group, or removed from it.
 *
 * @param byUserId who did it
 * @param added false: removed
 * @param changed those that were not, or are not any more; none when nothing had to be done
 * @param members who is in the group now
 */
public record MembersChanged(int groupId, int byUserId, boolean added, List<Integer> changed, List<Integer> members) {
    public MembersChanged {
        changed = ImmutableList.copyOf(changed);
        members = ImmutableList.copyOf(members);
    }

    static MembersChanged of(IMGroupChangeMemberNotify notify) {
        return new MembersChanged(
                notify.getGroupId(),
                notify.getUserId(),
                notify.getChangeType() == GroupModifyType.GROUP_MODIFY_TYPE_ADD,
                notify.getChgUserIdListList(),
                notify.getCurUserIdListList());
    }

    static MembersChanged of(IMGroupChangeMemberRsp answer) {
        return new MembersChanged(
                answer.getGroupId(),
                answer.getUserId(),
                answer.getChangeType() == GroupModifyType.GROUP_MODIFY_TYPE_ADD,
                answer.getChgUserIdListList(),
                answer.getCurUserIdListList());
    }
}
