package im.msg.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import im.msg.domain.Conversation;
import im.msg.domain.Message;
import im.msg.domain.MessageName;
import im.msg.domain.MessageType;
import im.msg.domain.NewMessage;
import im.msg.domain.UserId;
import im.proto.base.MsgInfo;
import im.proto.base.MsgType;
import im.proto.base.SessionType;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import java.util.Collection;
import java.util.List;

/** The domain's messages in those of the protocol. */
public final class ChatMessages {
    private static final int NOT_YET = 0;

    private ChatMessages() {}

    /** A message that a client sends; who sends it the session knows. */
    public static NewMessage content(UserId from, IMMsgData message) {
        return new NewMessage(
                from,
                message.getToSessionId(),
                type(message.getMsgType()),
                message.getMsgData().toByteArray());
    }

    /** For a db-proxy. */
    public static IMMsgData toStore(NewMessage message, MessageName name, ByteString token) {
        return data(message)
                .setMsgId(NOT_YET)
                .setCreateTime(NOT_YET)
                .setClientMsgId(ByteString.copyFrom(name.bytes()))
                .setAttachData(token)
                .build();
    }

    /** For clients. */
    public static IMMsgData toPush(Message message) {
        return data(message).build();
    }

    /** For other msg-servers. */
    public static IMMsgData toPassOn(Message message, Collection<UserId> receivers) {
        IMMsgData.Builder data = data(message);
        if (message.content().type().isForGroup()) {
            receivers.forEach(user -> data.addMemberIdList(user.value()));
        }
        return data.build();
    }

    private static IMMsgData.Builder data(Message message) {
        return data(message.content()).setMsgId(message.id()).setCreateTime(message.created());
    }

    /** The bytes are not copied: nobody changes them. */
    private static IMMsgData.Builder data(NewMessage content) {
        return IMMsgData.newBuilder()
                .setFromUserId(content.from().value())
                .setToSessionId(content.to())
                .setMsgType(type(content.type()))
                .setMsgData(UnsafeByteOperations.unsafeWrap(content.data()));
    }

    /** What another msg-server passes on. */
    public static Message message(IMMsgData data) {
        return new Message(content(new UserId(data.getFromUserId()), data), data.getMsgId(), data.getCreateTime());
    }

    /** Whom it is for. Of a group only servers of ours say it. */
    public static List<UserId> receivers(IMMsgData data) {
        return type(data.getMsgType()).isForGroup()
                ? users(data.getMemberIdListList())
                : List.of(new UserId(data.getFromUserId()), new UserId(data.getToSessionId()));
    }

    /** The conversation that a user knows by this id. */
    public static Conversation conversation(UserId user, SessionType type, int id) {
        return type == SessionType.SESSION_TYPE_GROUP
                ? Conversation.ofGroup(id)
                : Conversation.between(user, new UserId(id));
    }

    /**
     * A message that a user finds in the history.
     *
     * @param id under which the user knows the conversation
     */
    public static Message inHistory(UserId user, int id, MsgInfo message) {
        UserId from = new UserId(message.getFromSessionId());
        MessageType type = type(message.getMsgType());
        int to = type.isForGroup() || from.equals(user) ? id : user.value();
        return new Message(
                new NewMessage(from, to, type, message.getMsgData().toByteArray()),
                message.getMsgId(),
                message.getCreateTime());
    }

    public static List<UserId> users(List<Integer> ids) {
        return ids.stream().map(UserId::new).toList();
    }

    /** Tells a sender that its message is stored. */
    public static IMMsgDataAck stored(NewMessage message, int id) {
        return IMMsgDataAck.newBuilder()
                .setUserId(message.from().value())
                .setSessionId(message.to())
                .setMsgId(id)
                .setSessionType(
                        message.type().isForGroup() ? SessionType.SESSION_TYPE_GROUP : SessionType.SESSION_TYPE_SINGLE)
                .build();
    }

    public static MessageType type(MsgType type) {
        return switch (type) {
            case MSG_TYPE_SINGLE_TEXT -> MessageType.SINGLE_TEXT;
            case MSG_TYPE_SINGLE_AUDIO -> MessageType.SINGLE_AUDIO;
            case MSG_TYPE_GROUP_TEXT -> MessageType.GROUP_TEXT;
            case MSG_TYPE_GROUP_AUDIO -> MessageType.GROUP_AUDIO;
        };
    }

    private static MsgType type(MessageType type) {
        return switch (type) {
            case SINGLE_TEXT -> MsgType.MSG_TYPE_SINGLE_TEXT;
            case SINGLE_AUDIO -> MsgType.MSG_TYPE_SINGLE_AUDIO;
            case GROUP_TEXT -> MsgType.MSG_TYPE_GROUP_TEXT;
            case GROUP_AUDIO -> MsgType.MSG_TYPE_GROUP_AUDIO;
        };
    }
}
