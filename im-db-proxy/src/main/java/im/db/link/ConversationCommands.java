package im.db.link;

import com.google.protobuf.ByteString;
import im.db.domain.ConversationSummary;
import im.db.domain.Conversations;
import im.db.domain.Participant;
import im.db.domain.UserId;
import im.proto.Commands;
import im.proto.base.ContactSessionInfo;
import im.proto.base.MsgType;
import im.proto.base.SessionStatusType;
import im.proto.base.UnreadInfo;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.buddy.IMRecentContactSessionRsp;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMRemoveSessionRsp;
import im.proto.message.IMMsgDataReadAck;
import im.proto.message.IMUnreadMsgCntReq;
import im.proto.message.IMUnreadMsgCntRsp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What users have read, and their lists of conversations. A user's requests keep their order. The user ids are those of the session
 * that the msg-server vouches for. A list that cannot be had is not answered: the protocol has no way to say so, and an empty list
 * would be a lie.
 */
public final class ConversationCommands {
    private static final int MAX_RECENT = 200;

    /** What an entry of a list has besides the data of its latest message, at most. */
    private static final int ENTRY_BYTES = 64;

    private static final int MAX_UNREAD = FrameBudget.BYTES / ENTRY_BYTES;

    private final StorageCalls storage;
    private final Conversations conversations;

    public ConversationCommands(StorageCalls storage, Conversations conversations) {
        this.storage = storage;
        this.conversations = conversations;
    }

    public void onRead(MsgServerLink link, IMMsgDataReadAck request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        Optional<Participant> reader =
                SessionIds.participant(request.getUserId(), request.getSessionType(), request.getSessionId());
        storage.run(
                link,
                "what " + user + " has read",
                user,
                () -> {
                    reader.ifPresent(in -> conversations.read(in, Integer.toUnsignedLong(request.getMsgId())));
                    return null;
                },
                nothing -> {},
                () -> {});
    }

    public void onUnread(MsgServerLink link, IMUnreadMsgCntReq request, int seq) {
        String asking = Integer.toUnsignedString(request.getUserId());
        storage.run(
                link,
                "unread messages of " + asking,
                asking,
                () -> request.getUserId() == 0
                        ? List.<ConversationSummary>of()
                        : conversations.unread(UserId.ofUnsigned(request.getUserId()), MAX_UNREAD, FrameBudget.BYTES),
                unread -> answer(link, request, seq, unread),
                () -> {});
    }

    private static void answer(
            MsgServerLink link, IMUnreadMsgCntReq request, int seq, List<ConversationSummary> unread) {
        IMUnreadMsgCntRsp.Builder answer = IMUnreadMsgCntRsp.newBuilder()
                .setUserId(request.getUserId())
                .setTotalCnt((int)
                        unread.stream().mapToLong(ConversationSummary::unread).sum());
        List<ByteString> data = dataThatFits(unread);
        for (int i = 0; i < data.size(); i++) {
            answer.addUnreadinfoList(unreadInfo(request.getUserId(), unread.get(i), data.get(i)));
        }
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.MSG_UNREAD_CNT_RESPONSE, seq, answer.build());
    }

    private static UnreadInfo unreadInfo(int user, ConversationSummary summary, ByteString data) {
        return UnreadInfo.newBuilder()
                .setSessionId(SessionIds.id(UserId.ofUnsigned(user), summary.conversation()))
                .setSessionType(SessionIds.type(summary.conversation()))
                .setUnreadCnt((int) summary.unread())
                .setLatestMsgId((int) summary.latest().id())
                .setLatestMsgData(data)
                .setLatestMsgType(MsgType.forNumber(summary.latest().type()))
                .setLatestMsgFromUserId(summary.latest().from().unsigned())
                .build();
    }

    public void onRecent(MsgServerLink link, IMRecentContactSessionReq request, int seq) {
        String asking = Integer.toUnsignedString(request.getUserId());
        Instant since = Instant.ofEpochSecond(Integer.toUnsignedLong(request.getLatestUpdateTime()));
        storage.run(
                link,
                "recent conversations of " + asking,
                asking,
                () -> request.getUserId() == 0
                        ? List.<ConversationSummary>of()
                        : conversations.recent(
                                UserId.ofUnsigned(request.getUserId()), since, MAX_RECENT, FrameBudget.BYTES),
                recent -> answer(link, request, seq, recent),
                () -> {});
    }

    private static void answer(
            MsgServerLink link, IMRecentContactSessionReq request, int seq, List<ConversationSummary> recent) {
        IMRecentContactSessionRsp.Builder answer =
                IMRecentContactSessionRsp.newBuilder().setUserId(request.getUserId());
        List<ByteString> data = dataThatFits(recent);
        for (int i = 0; i < data.size(); i++) {
            answer.addContactSessionList(sessionInfo(request.getUserId(), recent.get(i), data.get(i)));
        }
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE, seq, answer.build());
    }

    private static ContactSessionInfo sessionInfo(int user, ConversationSummary summary, ByteString data) {
        return ContactSessionInfo.newBuilder()
                .setSessionId(SessionIds.id(UserId.ofUnsigned(user), summary.conversation()))
                .setSessionType(SessionIds.type(summary.conversation()))
                .setSessionStatus(SessionStatusType.SESSION_STATUS_OK)
                .setUpdatedTime((int) summary.updated().getEpochSecond())
                .setLatestMsgId((int) summary.latest().id())
                .setLatestMsgData(data)
                .setLatestMsgType(MsgType.forNumber(summary.latest().type()))
                .setLatestMsgFromUserId(summary.latest().from().unsigned())
                .build();
    }

    /** The data of the latest messages: of the first as far as all entries fit into a frame, and nothing of the others. */
    private static List<ByteString> dataThatFits(List<ConversationSummary> summaries) {
        int room = FrameBudget.BYTES - summaries.size() * ENTRY_BYTES;
        List<ByteString> data = new ArrayList<>();
        for (ConversationSummary summary : summaries) {
            room -= summary.latest().data().length;
            data.add(
                    room < 0
                            ? ByteString.EMPTY
                            : ByteString.copyFrom(summary.latest().data()));
        }
        return data;
    }

    public void onHide(MsgServerLink link, IMRemoveSessionReq request, int seq) {
        String user = Integer.toUnsignedString(request.getUserId());
        Optional<Participant> hiding =
                SessionIds.participant(request.getUserId(), request.getSessionType(), request.getSessionId());
        storage.run(
                link,
                "hiding of a conversation for " + user,
                user,
                () -> hiding.isPresent() && conversations.hide(hiding.get()),
                hidden -> answer(link, request, seq, hidden ? ResultCode.OK : ResultCode.REFUSED),
                () -> answer(link, request, seq, ResultCode.REFUSED));
    }

    private static void answer(MsgServerLink link, IMRemoveSessionReq request, int seq, int result) {
        IMRemoveSessionRsp.Builder answer = IMRemoveSessionRsp.newBuilder()
                .setUserId(request.getUserId())
                .setResultCode(result)
                .setSessionType(request.getSessionType())
                .setSessionId(request.getSessionId());
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        link.send(Commands.BUDDY_LIST_REMOVE_SESSION_RES, seq, answer.build());
    }
}
