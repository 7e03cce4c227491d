package im.client;

import im.proto.Commands;
import im.proto.base.UserStatType;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.proto.buddy.IMDepartmentReq;
import im.proto.buddy.IMDepartmentRsp;
import im.proto.buddy.IMUsersInfoReq;
import im.proto.buddy.IMUsersInfoRsp;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import im.proto.switchservice.IMP2PCmdMsg;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The users that there are. Thread-safe; futures complete on the client's event loop. */
public final class People {
    private final MsgServerLink link;

    People(MsgServerLink link) {
        this.link = link;
    }

    /** Everybody with an account. */
    public CompletableFuture<List<User>> all() {
        return allSince(0, new LinkedHashMap<>());
    }

    /**
     * Asks again from where an answer ends, because a server cuts what would be too long, until one brings nobody new.
     *
     * @param second an unsigned 32-bit time; who changed then or later is asked for
     * @param known by id, those of the answers so far
     */
    private CompletableFuture<List<User>> allSince(int second, Map<Integer, User> known) {
        IMAllUserReq request = IMAllUserReq.newBuilder()
                .setUserId(link.self().id())
                .setLatestUpdateTime(second)
                .build();
        return link.call(Commands.BUDDY_LIST_ALL_USER_REQUEST, request, IMAllUserRsp.class)
                .thenCompose(answer -> {
                    int before = known.size();
                    answer.getUserListList().stream().map(User::of).forEach(user -> known.put(user.id(), user));
                    int latest = answer.getLatestUpdateTime();
                    return known.size() > before && Integer.compareUnsigned(latest, second) > 0
                            ? allSince(latest, known)
                            : CompletableFuture.completedFuture(List.copyOf(known.values()));
                });
    }

    /** What the msg-server says about each of these users, in its order. */
    public CompletableFuture<Map<Integer, UserStatType>> presence(Collection<Integer> userIds) {
        IMUsersStatReq request = IMUsersStatReq.newBuilder()
                .setUserId(link.self().id())
                .addAllUserIdList(userIds)
                .build();
        return link.call(Commands.BUDDY_LIST_USERS_STATUS_REQUEST, request, IMUsersStatRsp.class)
                .thenApply(answer -> {
                    Map<Integer, UserStatType> presence = new LinkedHashMap<>();
                    answer.getUserStatListList().forEach(one -> presence.put(one.getUserId(), one.getStatus()));
                    return presence;
                });
    }

    /** What those of these users show that exist; at most 1000, and servers cut what would be too long. */
    public CompletableFuture<List<Profile>> profiles(Collection<Integer> userIds) {
        IMUsersInfoReq request = IMUsersInfoReq.newBuilder()
                .setUserId(link.self().id())
                .addAllUserIdList(userIds)
                .build();
        return link.call(Commands.BUDDY_LIST_USER_INFO_REQUEST, request, IMUsersInfoRsp.class)
                .thenApply(answer ->
                        answer.getUserInfoListList().stream().map(Profile::of).toList());
    }

    /** The tree that users belong to. */
    public CompletableFuture<List<Department>> departments() {
        IMDepartmentReq request = IMDepartmentReq.newBuilder()
                .setUserId(link.self().id())
                .setLatestUpdateTime(0)
                .build();
        return link.call(Commands.BUDDY_LIST_DEPARTMENT_REQUEST, request, IMDepartmentRsp.class)
                .thenApply(answer ->
                        answer.getDeptListList().stream().map(Department::of).toList());
    }

    /** Passes something on to all clients of a user that are there now; nothing is stored, and there is no answer. */
    public CompletableFuture<Void> command(int toUserId, String data) {
        return link.tell(
                Commands.SWITCH_P2P_CMD,
                IMP2PCmdMsg.newBuilder()
                        .setFromUserId(link.self().id())
                        .setToUserId(toUserId)
                        .setCmdMsgData(data)
                        .build());
    }
}
