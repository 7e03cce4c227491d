package im.client;

import im.proto.base.DepartInfo;
import im.proto.base.DepartmentStatusType;

/**
 * A node of the tree that users belong to.
 *
 * @param parentId 0: a root
 * @param priority where it stands among its siblings
 * @param deleted true when there was one of this id
 */
public record Department(int id, String name, int parentId, int priority, boolean deleted) {
    static Department of(DepartInfo info) {
        return new Department(
                info.getDeptId(),
                info.getDeptName(),
                info.getParentDeptId(),
                info.getPriority(),
                info.getDeptStatus() == DepartmentStatusType.DEPT_STATUS_DELETE);
    }
}
