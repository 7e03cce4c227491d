package im.msg.upstream;

import com.google.common.net.HostAndPort;
import im.netlib.Connection;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.server.IMPushToUserReq;
import im.proto.server.IMPushToUserRsp;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One push-server. Ready as soon as it is connected. Thread-safe. */
public final class PushServerLink extends ServerLink {
    private static final Logger log = LoggerFactory.getLogger(PushServerLink.class);

    private record LinkSession() implements Session {}

    private final Router<LinkSession> router;

    public PushServerLink(HostAndPort address, EventLoop loop, LinkSettings settings) {
        super("push-server link", address, loop, settings);
        this.router = Router.<LinkSession>forRole("push-server")
                .on(Commands.OTHER_PUSH_TO_USER_RSP, this::onPushed)
                .build();
    }

    @Override
    void begin(Connection connection, Runnable ready) {
        become(connection, router, new LinkSession());
        ready.run();
    }

    /** Nothing says to which request an answer belongs: that some tokens are bad is all that can be told. */
    private void onPushed(LinkSession session, IMPushToUserRsp answer, int seq) {
        long failed = answer.getPushResultListList().stream()
                .filter(result -> result.getResultCode() != 0)
                .count();
        if (failed > 0) {
            log.warn("{}: {} of {} pushes failed", this, failed, answer.getPushResultListCount());
        }
    }

    /** Completes when it is sent; fails with {@link im.netlib.LinkLostException} when the link is not ready. */
    CompletableFuture<Void> push(IMPushToUserReq request) {
        return send(connection -> connection.send(Commands.OTHER_PUSH_TO_USER_REQ, request));
    }
}
