package im.msg.upstream;

import com.google.common.base.Throwables;
import im.msg.domain.Message;
import im.msg.domain.NewMessage;
import im.msg.domain.Push;
import im.msg.domain.PushGateway;
import im.msg.wire.ChatMessages;
import im.msg.wire.ClientKinds;
import im.netlib.LinkLostException;
import im.netlib.LinkPool;
import im.proto.base.UserTokenInfo;
import im.proto.server.IMPushToUserReq;
import im.server.http.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All push-servers, any of which will do. Nothing waits for one: a push is lost when none is connected. Thread-safe. */
public final class PushServers implements PushGateway {
    private static final Logger log = LoggerFactory.getLogger(PushServers.class);

    /** With a sound. */
    private static final int NORMAL = 1;

    private final LinkPool<PushServerLink> links;
    private final String flash;

    /** @param flash what the user reads; the message itself may be encrypted, and is nobody else's business */
    public PushServers(LinkPool<PushServerLink> links, String flash) {
        this.links = links;
        this.flash = flash;
    }

    @Override
    public void push(Push push) {
        IMPushToUserReq request = request(push);
        links.pickReady()
                .map(link -> link.push(request))
                .orElseGet(() -> CompletableFuture.failedFuture(new LinkLostException("no push-server is ready")))
                .exceptionally(failure -> {
                    log.warn(
                            "message {} in {} is not pushed: {}",
                            push.message().id(),
                            push.message().content().conversation(),
                            Throwables.getRootCause(failure).getMessage());
                    return null;
                });
    }

    private IMPushToUserReq request(Push push) {
        IMPushToUserReq.Builder request =
                IMPushToUserReq.newBuilder().setFlash(flash).setData(Json.object(data(push.message())));
        push.targets().forEach(target -> request.addUserTokenList(token(target)));
        return request.build();
    }

    /** What the app on the mobile finds the conversation by. */
    private static Map<String, Object> data(Message message) {
        NewMessage content = message.content();
        Map<String, Object> data = new HashMap<>(Map.of(
                "msg_type", ChatMessages.toPush(message).getMsgType().getNumber(),
                "from_id", Integer.toUnsignedLong(content.from().value())));
        if (content.type().isForGroup()) {
            data.put("group_id", Integer.toUnsignedLong(content.to()));
        }
        return data;
    }

    private static UserTokenInfo token(Push.Target target) {
        return UserTokenInfo.newBuilder()
                .setUserId(target.user().value())
                .setUserType(ClientKinds.wire(target.kind()))
                .setToken(target.token())
                .setPushCount(target.unread())
                .setPushType(NORMAL)
                .build();
    }
}
