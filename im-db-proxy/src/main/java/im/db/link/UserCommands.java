package im.db.link;

import im.db.domain.Profile;
import im.db.domain.User;
import im.db.domain.UserId;
import im.db.domain.Users;
import im.proto.Commands;
import im.proto.base.UserInfo;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.proto.buddy.IMChangeAvatarReq;
import im.proto.buddy.IMChangeAvatarRsp;
import im.proto.buddy.IMChangeSignInfoReq;
import im.proto.buddy.IMChangeSignInfoRsp;
import im.proto.buddy.IMUsersInfoReq;
import im.proto.buddy.IMUsersInfoRsp;
import java.time.Instant;
import java.util.Set;

/**
 * Who there is, and what they say of themselves. A list that cannot be had is not answered: the protocol has no way to say so, and
 * an empty list would be a lie.
 */
public final class UserCommands {
    /** Users that one question may be about. */
    private static final int MAX_ASKED = 1000;

    private final StorageCalls storage;
    private final Users users;
    private final int listLimit;

    /** @param listLimit how many users an answer holds at most; it holds fewer if their frame would become too long */
    public UserCommands(StorageCalls storage, Users users, int listLimit) {
        this.storage = storage;
        this.users = users;
        this.listLimit = listLimit;
    }

    public void onAllUsers(MsgServerLink link, IMAllUserReq request, int seq) {
        long since = Integer.toUnsignedLong(request.getLatestUpdateTime());
        String asking = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "user list for " + asking,
                asking,
                () -> users.changedSince(Instant.ofEpochSecond(since), listLimit),
                changed -> {
                    Changes<UserInfo> changes = Changes.of(changed, since, listLimit, UserInfos::of, User::updated);
                    IMAllUserRsp.Builder answer = IMAllUserRsp.newBuilder()
                            .setUserId(request.getUserId())
                            .setLatestUpdateTime((int) changes.latest())
                            .addAllUserList(changes.sent());
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.BUDDY_LIST_ALL_USER_RESPONSE, seq, answer.build());
                },
                () -> {});
    }

    public void onUsersInfo(MsgServerLink link, IMUsersInfoReq request, int seq) {
        String asking = Integer.toUnsignedString(request.getUserId());
        Set<UserId> asked = UserIds.first(MAX_ASKED, request.getUserIdListList());
        storage.run(
                link,
                "information on users for " + asking,
                asking,
                () -> users.find(asked),
                found -> {
                    IMUsersInfoRsp.Builder answer = IMUsersInfoRsp.newBuilder()
                            .setUserId(request.getUserId())
                            .addAllUserInfoList(FrameBudget.firstThatFit(
                                    found.stream().map(UserInfos::of).toList()));
                    if (request.hasAttachData()) {
                        answer.setAttachData(request.getAttachData());
                    }
                    link.send(Commands.BUDDY_LIST_USER_INFO_RESPONSE, seq, answer.build());
                },
                () -> {});
    }

    public void onChangeAvatar(MsgServerLink link, IMChangeAvatarReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "new avatar of " + user,
                user,
                () -> Profile.isAvatarUrl(request.getAvatarUrl())
                        && request.getUserId() != 0
                        && users.changeAvatar(UserId.ofUnsigned(request.getUserId()), request.getAvatarUrl()),
                changed -> answer(link, request, seq, changed ? ResultCode.OK : ResultCode.REFUSED),
                () -> answer(link, request, seq, ResultCode.REFUSED));
    }

    private static void answer(MsgServerLink link, IMChangeAvatarReq request, int seq, int result) {
        IMChangeAvatarRsp.Builder answer =
                IMChangeAvatarRsp.newBuilder().setUserId(request.getUserId()).setResultCode(result);
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE, seq, answer.build());
    }

    public void onChangeSignInfo(MsgServerLink link, IMChangeSignInfoReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "new signature of " + user,
                user,
                () -> Profile.isSignInfo(request.getSignInfo())
                        && request.getUserId() != 0
                        && users.changeSignInfo(UserId.ofUnsigned(request.getUserId()), request.getSignInfo()),
                changed -> answer(link, request, seq, changed ? ResultCode.OK : ResultCode.REFUSED),
                () -> answer(link, request, seq, ResultCode.REFUSED));
    }

    private static void answer(MsgServerLink link, IMChangeSignInfoReq request, int seq, int result) {
        IMChangeSignInfoRsp.Builder answer =
                IMChangeSignInfoRsp.newBuilder().setUserId(request.getUserId()).setResultCode(result);
        if (result == ResultCode.OK) {
            answer.setSignInfo(request.getSignInfo());
        }
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE, seq, answer.build());
    }
}
