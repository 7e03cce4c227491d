package im.db.link;

import im.db.domain.Department;
import im.db.domain.Departments;
import im.proto.Commands;
import im.proto.base.DepartInfo;
import im.proto.base.DepartmentStatusType;
import im.proto.buddy.IMDepartmentReq;
import im.proto.buddy.IMDepartmentRsp;
import java.time.Instant;

/** How the organisation is divided. No answer when the storage fails: an empty list would be a lie. */
public final class DepartmentCommands {
    /** So many never fill a frame with the longest names. */
    private static final int MAX_LISTED = 1000;

    private final StorageCalls storage;
    private final Departments departments;

    public DepartmentCommands(StorageCalls storage, Departments departments) {
        this.storage = storage;
        this.departments = departments;
    }

    public void onDepartments(MsgServerLink link, IMDepartmentReq request, int seq) {
        long since = Integer.toUnsignedLong(request.getLatestUpdateTime());
        String asking = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "departments for " + asking,
                asking,
                () -> departments.changedSince(Instant.ofEpochSecond(since), MAX_LISTED),
                changed -> {
                    Changes<DepartInfo> changes =
                            Changes.of(changed, since, MAX_LISTED, DepartmentCommands::info, Department::updated);
                    IMDepartmentRsp.Builder answer = IMDepartmentRsp.newBuilder()
                            .setUserId(request.getUserId())
                            .setLatestUpdateTime((int) changes.latest())
                            .addAllDeptList(changes.sent());
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.BUDDY_LIST_DEPARTMENT_RESPONSE, seq, answer.build());
                },
                () -> {});
    }

    private static DepartInfo info(Department department) {
        return DepartInfo.newBuilder()
                .setDeptId((int) department.id())
                .setPriority((int) department.priority())
                .setDeptName(department.name())
                .setParentDeptId((int) department.parentId())
                .setDeptStatus(
                        department.removed()
                                ? DepartmentStatusType.DEPT_STATUS_DELETE
                                : DepartmentStatusType.DEPT_STATUS_OK)
                .build();
    }
}
