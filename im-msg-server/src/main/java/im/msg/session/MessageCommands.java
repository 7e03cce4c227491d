package im.msg.session;

import com.google.common.base.Throwables;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import im.msg.domain.MessageDelivery;
import im.msg.domain.MessageName;
import im.msg.domain.MessageSending;
import im.msg.domain.MessageSending.Sign;
import im.msg.domain.NewMessage;
import im.msg.wire.ChatMessages;
import im.netlib.ProtocolViolation;
import im.proto.Commands;
import im.proto.base.SessionType;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages that clients send, and have got. */
public final class MessageCommands {
    private static final Logger log = LoggerFactory.getLogger(MessageCommands.class);

    private final MessageSending sending;
    private final MessageDelivery delivery;

    public MessageCommands(MessageSending sending, MessageDelivery delivery) {
        this.sending = sending;
        this.delivery = delivery;
    }

    /** Answered when it is stored, and not at all when it is not: the answer has no word for that. */
    void onMessage(UserSession session, IMMsgData request, int seq) {
        NewMessage message = ChatMessages.content(session.user(), request);
        if (message.data().length > NewMessage.MAX_DATA) {
            log.warn("{}: its message of {} bytes is refused: too long", session, message.data().length);
            return;
        }
        session.pending().requireRoom();
        session.pending()
                .await(
                        sending.send(message, sign(session, request, message, seq), Optional.of(session)),
                        (stored, failure) -> {
                            if (failure == null) {
                                session.sent(message.conversation(), stored.id());
                                session.reply(Commands.MSG_DATA_ACK, seq, ChatMessages.stored(message, stored.id()));
                            } else {
                                log.warn(
                                        "{}: its message for {} is not stored: {}",
                                        session,
                                        message.conversation(),
                                        Throwables.getRootCause(failure).toString());
                            }
                        });
    }

    private static Sign sign(UserSession session, IMMsgData request, NewMessage message, int seq) {
        if (!request.hasClientMsgId()) {
            return new Sign.Numbered(session.number(), seq, digest(message));
        }
        try {
            return new Sign.Named(
                    session.user(),
                    message.conversation(),
                    MessageName.of(request.getClientMsgId().toByteArray()));
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation(e.getMessage());
        }
    }

    private static HashCode digest(NewMessage message) {
        return Hashing.murmur3_128()
                .newHasher()
                .putInt(message.to())
                .putInt(message.type().ordinal())
                .putBytes(message.data())
                .hash();
    }

    void onDelivered(UserSession session, IMMsgDataAck ack, int seq) {
        delivery.acknowledged(
                session, ack.getSessionType() == SessionType.SESSION_TYPE_GROUP, ack.getSessionId(), ack.getMsgId());
    }
}
