package im.client;

import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;

import com.google.protobuf.ByteString;
import im.client.Conversation.Received;
import im.proto.Commands;
import im.proto.base.ContactSessionInfo;
import im.proto.base.MsgInfo;
import im.proto.base.MsgType;
import im.proto.base.SessionStatusType;
import im.proto.base.SessionType;
import im.proto.base.UnreadInfo;
import im.proto.buddy.IMRecentContactSessionRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import im.proto.message.IMUnreadMsgCntRsp;
import java.io.IOException;
import java.util.List;

/** What a msg-server that is played by hand says about messages of alice (1). */
public final class ScriptedMessages {
    /** After the scripted server's clock of a client that has just logged in. */
    public static final int LATER = 1_000_000;

    private ScriptedMessages() {}

    /** As clients of the family send it. */
    public static ByteString encrypted(String text) {
        return MessageCipher.encrypt(text);
    }

    public static void store(Conversation msg, Received<IMMsgData> sent, int id) throws IOException {
        msg.send(
                Commands.MSG_DATA_ACK,
                sent.seq(),
                IMMsgDataAck.newBuilder()
                        .setUserId(ALICE)
                        .setSessionId(sent.message().getToSessionId())
                        .setMsgId(id)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .build());
    }

    public static void push(Conversation msg, MsgType type, int from, int to, int id) throws IOException {
        msg.send(
                Commands.MSG_DATA,
                0,
                IMMsgData.newBuilder()
                        .setFromUserId(from)
                        .setToSessionId(to)
                        .setMsgId(id)
                        .setCreateTime(LATER)
                        .setMsgType(type)
                        .setMsgData(MessageCipher.encrypt("message " + id))
                        .build());
    }

    public static ContactSessionInfo recent(ConversationId conversation, int latestId) {
        return ContactSessionInfo.newBuilder()
                .setSessionId(conversation.id())
                .setSessionType(conversation.sessionType())
                .setSessionStatus(SessionStatusType.SESSION_STATUS_OK)
                .setUpdatedTime(LATER)
                .setLatestMsgId(latestId)
                .setLatestMsgData(MessageCipher.encrypt("latest"))
                .setLatestMsgType(Message.Kind.TEXT.in(conversation))
                .setLatestMsgFromUserId(BOB)
                .build();
    }

    public static UnreadInfo unread(ConversationId conversation, int latestId, int count) {
        return UnreadInfo.newBuilder()
                .setSessionId(conversation.id())
                .setSessionType(conversation.sessionType())
                .setUnreadCnt(count)
                .setLatestMsgId(latestId)
                .setLatestMsgData(ByteString.EMPTY)
                .setLatestMsgType(Message.Kind.TEXT.in(conversation))
                .setLatestMsgFromUserId(BOB)
                .build();
    }

    /** That the client wants to know what is new, by two requests. */
    public record WhatIsNew(int recentSeq, int unreadSeq) {}

    public static WhatIsNew expectWhatIsNew(Conversation msg) throws IOException {
        return new WhatIsNew(
                msg.expectPdu(Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST)
                        .seq(),
                msg.expectPdu(Commands.MSG_UNREAD_CNT_REQUEST).seq());
    }

    public static void tellWhatIsNew(Conversation msg, List<ContactSessionInfo> recent, List<UnreadInfo> unread)
            throws IOException {
        tellWhatIsNew(msg, expectWhatIsNew(msg), recent, unread);
    }

    public static void tellWhatIsNew(
            Conversation msg, WhatIsNew asked, List<ContactSessionInfo> recent, List<UnreadInfo> unread)
            throws IOException {
        msg.send(
                Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE,
                asked.recentSeq(),
                IMRecentContactSessionRsp.newBuilder()
                        .setUserId(ALICE)
                        .addAllContactSessionList(recent)
                        .build());
        msg.send(
                Commands.MSG_UNREAD_CNT_RESPONSE,
                asked.unreadSeq(),
                IMUnreadMsgCntRsp.newBuilder()
                        .setUserId(ALICE)
                        .setTotalCnt(unread.stream()
                                .mapToInt(UnreadInfo::getUnreadCnt)
                                .sum())
                        .addAllUnreadinfoList(unread)
                        .build());
    }

    public static MsgInfo stored(int id, int from, int time) {
        return MsgInfo.newBuilder()
                .setMsgId(id)
                .setFromSessionId(from)
                .setCreateTime(time)
                .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                .setMsgData(MessageCipher.encrypt("message " + id))
                .build();
    }

    public static IMGetMsgListReq answerPage(Conversation msg, List<MsgInfo> descending) throws IOException {
        Received<IMGetMsgListReq> asked = msg.expectPdu(Commands.MSG_LIST_REQUEST);
        msg.send(
                Commands.MSG_LIST_RESPONSE,
                asked.seq(),
                IMGetMsgListRsp.newBuilder()
                        .setUserId(ALICE)
                        .setSessionType(asked.message().getSessionType())
                        .setSessionId(asked.message().getSessionId())
                        .setMsgIdBegin(asked.message().getMsgIdBegin())
                        .addAllMsgList(descending)
                        .build());
        return asked.message();
    }
}
