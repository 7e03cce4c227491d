package im.msg.http;

import com.google.common.base.Throwables;
import im.msg.domain.MessageName;
import im.msg.domain.MessageRefused;
import im.msg.domain.MessageSending;
import im.msg.domain.MessageSending.Sign;
import im.msg.domain.NewMessage;
import im.msg.domain.UserId;
import im.msg.wire.ChatMessages;
import im.proto.base.MsgType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Messages that other systems send in the name of a user. Thread-safe. */
public final class MessageQueries {
    private final MessageSending sending;

    public MessageQueries(MessageSending sending) {
        this.sending = sending;
    }

    CompletableFuture<Map<String, Object>> send(QueryFields fields) throws BadQuery {
        UserId from = fields.user("req_user_id");
        MsgType type = MsgType.forNumber(fields.number("msg_type"));
        if (type == null) {
            throw new BadQuery("msg_type is none of 1, 2 (text and audio for a user), 17, 18 (for a group)");
        }
        NewMessage message = new NewMessage(
                from, fields.id("to_id"), ChatMessages.type(type), fields.bytes("msg_data", NewMessage.MAX_DATA));
        return sending.send(message, new Sign.Named(from, message.conversation(), name(fields)), Optional.empty())
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        Throwables.getRootCause(failure) instanceof MessageRefused
                                ? new QueryRefused("no such user or group, or req_user_id may not write to it")
                                : failure))
                .thenApply(stored -> Map.of(
                        "msg_id", Integer.toUnsignedLong(stored.id()),
                        "create_time", Integer.toUnsignedLong(stored.created())));
    }

    private static MessageName name(QueryFields fields) throws BadQuery {
        return fields.optionalName("client_msg_id").map(MessageName::of).orElseGet(MessageName::fresh);
    }
}
