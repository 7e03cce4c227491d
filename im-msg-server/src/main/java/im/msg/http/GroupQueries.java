package im.msg.http;

import com.google.protobuf.ByteString;
import im.msg.domain.Notices;
import im.msg.domain.UserId;
import im.msg.session.Database;
import im.msg.wire.DatabaseRequest;
import im.msg.wire.NoticeMessages;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.ResultType;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupCreateRsp;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What other systems do to groups in the name of a user; the members are told. Thread-safe. */
public final class GroupQueries {
    private static final int DONE = 0;

    private final Database database;
    private final Notices notices;

    public GroupQueries(Database database, Notices notices) {
        this.database = database;
        this.notices = notices;
    }

    CompletableFuture<Map<String, Object>> create(QueryFields fields) throws BadQuery {
        UserId user = fields.user("req_user_id");
        GroupType type = GroupType.forNumber(fields.number("group_type"));
        if (type == null) {
            throw new BadQuery("group_type is neither 1 (normal) nor 2 (temporary)");
        }
        IMGroupCreateReq.Builder request = IMGroupCreateReq.newBuilder()
                .setUserId(user.value())
                .setGroupType(type)
                .setGroupName(fields.text("group_name"))
                .setGroupAvatar(fields.optionalText("group_avatar").orElse(""))
                .addAllMemberIdList(fields.ids("user_id_list"));
        fields.optionalName("client_group_id").map(ByteString::copyFrom).ifPresent(request::setClientGroupId);
        return database.ask(DatabaseRequest.CREATE_GROUP, user, request.build())
                .thenCompose(answer -> done(answer.getResultCode(), answer))
                .thenApply(answer -> created(user, answer));
    }

    /** Who makes a group on a client tells the others with its first message; here nobody might ever write one. */
    private Map<String, Object> created(UserId by, IMGroupCreateRsp group) {
        notices.send(NoticeMessages.membersChanged(
                by,
                IMGroupChangeMemberRsp.newBuilder()
                        .setUserId(by.value())
                        .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_ADD)
                        .setResultCode(DONE)
                        .setGroupId(group.getGroupId())
                        .addAllCurUserIdList(group.getUserIdListList())
                        .addAllChgUserIdList(group.getUserIdListList())
                        .build()));
        return Map.of("group_id", Integer.toUnsignedLong(group.getGroupId()));
    }

    CompletableFuture<Map<String, Object>> changeMembers(QueryFields fields) throws BadQuery {
        UserId user = fields.user("req_user_id");
        GroupModifyType type = GroupModifyType.forNumber(fields.number("modify_type"));
        if (type == null) {
            throw new BadQuery("modify_type is neither 1 (add) nor 2 (remove)");
        }
        IMGroupChangeMemberReq request = IMGroupChangeMemberReq.newBuilder()
                .setUserId(user.value())
                .setChangeType(type)
                .setGroupId(fields.id("group_id"))
                .addAllMemberIdList(fields.ids("user_id_list"))
                .build();
        return database.ask(DatabaseRequest.CHANGE_MEMBERS, user, request)
                .thenCompose(answer -> done(answer.getResultCode(), answer))
                .thenApply(answer -> changed(user, answer));
    }

    private Map<String, Object> changed(UserId by, IMGroupChangeMemberRsp change) {
        if (change.getChgUserIdListCount() > 0) {
            notices.send(NoticeMessages.membersChanged(by, change));
        }
        return Map.of();
    }

    private static <R> CompletableFuture<R> done(int result, R answer) {
        if (result == DONE) {
            return CompletableFuture.completedFuture(answer);
        }
        return CompletableFuture.failedFuture(
                result == ResultType.REFUSE_REASON_NO_DB_SERVER_VALUE
                        ? new IllegalStateException("the db-proxy has no database")
                        : new QueryRefused("the database refuses it; the log of the db-proxy says why"));
    }
}
