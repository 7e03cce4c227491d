package im.client;

import com.google.protobuf.ByteString;
import im.proto.base.MsgInfo;
import im.proto.base.MsgType;
import im.proto.message.IMMsgData;
import java.time.Instant;

/**
 * A message that is stored.
 *
 * @param id counts the messages of the conversation from 1 on, without gaps; at most 2<sup>32</sup>&nbsp;&minus;&nbsp;1
 * @param fromUserId who has sent it, an unsigned 32-bit id
 * @param createdAt by the servers' clock, in whole seconds; of a message that this client has sent itself, by its own clock until it
 *     is read from the history
 * @param data exactly what was sent
 */
public record Message(
        ConversationId conversation, long id, int fromUserId, Instant createdAt, Kind kind, ByteString data) {

    public enum Kind {
        TEXT,
        AUDIO;

        MsgType in(ConversationId conversation) {
            if (conversation.isGroup()) {
                return this == TEXT ? MsgType.MSG_TYPE_GROUP_TEXT : MsgType.MSG_TYPE_GROUP_AUDIO;
            }
            return this == TEXT ? MsgType.MSG_TYPE_SINGLE_TEXT : MsgType.MSG_TYPE_SINGLE_AUDIO;
        }

        static Kind of(MsgType type) {
            return switch (type) {
                case MSG_TYPE_SINGLE_TEXT, MSG_TYPE_GROUP_TEXT -> TEXT;
                case MSG_TYPE_SINGLE_AUDIO, MSG_TYPE_GROUP_AUDIO -> AUDIO;
            };
        }
    }

    /** One that has just arrived, from another user or from another client of the same. */
    static Message of(IMMsgData pushed, int ownUserId) {
        Kind kind = Kind.of(pushed.getMsgType());
        boolean single = pushed.getMsgType() == MsgType.MSG_TYPE_SINGLE_TEXT
                || pushed.getMsgType() == MsgType.MSG_TYPE_SINGLE_AUDIO;
        ConversationId conversation;
        if (!single) {
            conversation = ConversationId.ofGroup(pushed.getToSessionId());
        } else if (pushed.getFromUserId() == ownUserId) {
            conversation = ConversationId.ofUser(pushed.getToSessionId());
        } else {
            conversation = ConversationId.ofUser(pushed.getFromUserId());
        }
        return new Message(
                conversation,
                Integer.toUnsignedLong(pushed.getMsgId()),
                pushed.getFromUserId(),
                seconds(pushed.getCreateTime()),
                kind,
                pushed.getMsgData());
    }

    static Message of(MsgInfo stored, ConversationId conversation) {
        return new Message(
                conversation,
                Integer.toUnsignedLong(stored.getMsgId()),
                stored.getFromSessionId(),
                seconds(stored.getCreateTime()),
                Kind.of(stored.getMsgType()),
                stored.getMsgData());
    }

    static Instant seconds(int unsigned) {
        return Instant.ofEpochSecond(Integer.toUnsignedLong(unsigned));
    }

    /** What a text says, see {@link MessageCipher}. Of an audio message it is of no use. */
    public String text() {
        return MessageCipher.decrypt(data);
    }

    /** Leaves out what it says. */
    @Override
    public String toString() {
        return kind + " " + id + " of " + conversation + " from user " + Integer.toUnsignedString(fromUserId) + ", "
                + data.size() + " bytes";
    }
}
