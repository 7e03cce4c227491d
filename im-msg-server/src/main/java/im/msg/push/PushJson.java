package im.msg.push;

import im.msg.domain.Message;
import im.msg.domain.NewMessage;
import im.msg.domain.Push;
import im.msg.wire.ChatMessages;
import im.msg.wire.ClientKinds;
import im.server.http.Json;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A push as JSON, in the protocol's names and numbers. */
final class PushJson {
    private static final int SINGLE = 1;
    private static final int GROUP = 2;

    private PushJson() {}

    static String of(Push push) {
        List<Map<String, Object>> targets =
                push.targets().stream().map(PushJson::target).toList();
        return Json.object(Map.of("message", message(push.message()), "user_token_info", targets));
    }

    /** The conversation as a receiver sees it. */
    private static Map<String, Object> message(Message message) {
        NewMessage content = message.content();
        boolean group = content.type().isForGroup();
        return Map.of(
                "from_user_id", Integer.toUnsignedLong(content.from().value()),
                "session_type", group ? GROUP : SINGLE,
                "session_id",
                        Integer.toUnsignedLong(
                                group ? content.to() : content.from().value()),
                "msg_id", Integer.toUnsignedLong(message.id()),
                "create_time", Integer.toUnsignedLong(message.created()),
                "msg_type", ChatMessages.toPush(message).getMsgType().getNumber(),
                "msg_data", Base64.getEncoder().encodeToString(content.data()));
    }

    private static Map<String, Object> target(Push.Target target) {
        return Map.of(
                "user_id", Integer.toUnsignedLong(target.user().value()),
                "user_type", ClientKinds.wire(target.kind()).getNumber(),
                "token", target.token(),
                "push_count", Integer.toUnsignedLong(target.unread()));
    }
}
