package im.db.link;

import im.db.domain.User;
import im.db.domain.Users;
import im.proto.Commands;
import im.proto.base.UserInfo;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who there is. */
public final class UserCommands {
    private static final Logger log = LoggerFactory.getLogger(UserCommands.class);

    private final StorageCalls storage;
    private final Users users;
    private final int listLimit;

    /** @param listLimit how many users an answer holds at most; it holds fewer if their frame would become too long */
    public UserCommands(StorageCalls storage, Users users, int listLimit) {
        this.storage = storage;
        this.users = users;
        this.listLimit = listLimit;
    }

    /** No answer when the storage fails: the protocol has no way to say so, and an empty list would be a lie. */
    public void onAllUsers(MsgServerLink link, IMAllUserReq request, int seq) {
        long since = Integer.toUnsignedLong(request.getLatestUpdateTime());
        String asking = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "user list for " + asking,
                asking,
                () -> users.changedSince(Instant.ofEpochSecond(since), listLimit),
                changed -> answer(link, request, seq, since, changed),
                () -> {});
    }

    private void answer(MsgServerLink link, IMAllUserReq request, int seq, long since, List<User> changed) {
        List<UserInfo> sent =
                FrameBudget.firstThatFit(changed.stream().map(UserInfos::of).toList());
        boolean complete = sent.size() == changed.size() && changed.size() < listLimit;
        long latest =
                sent.isEmpty() ? since : changed.get(sent.size() - 1).updated().getEpochSecond();
        if (!complete && latest == since) {
            // Whoever asks from here again would get the same users for ever.
            log.warn("{}: more users changed at {} than one answer holds: some are left out", link, since);
            latest++;
        }
        IMAllUserRsp.Builder answer = IMAllUserRsp.newBuilder()
                .setUserId(request.getUserId())
                .setLatestUpdateTime((int) latest)
                .addAllUserList(sent);
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.BUDDY_LIST_ALL_USER_RESPONSE, seq, answer.build());
    }
}
