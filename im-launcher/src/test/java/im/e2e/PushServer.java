package im.e2e;

import im.netlib.Admission;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.PduServer;
import im.netlib.Router;
import im.netlib.Session;
import im.netlib.Transport;
import im.proto.Commands;
import im.proto.base.PushResult;
import im.proto.server.IMPushToUserReq;
import im.proto.server.IMPushToUserRsp;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Stands in for a push-server, which none of our servers is: it takes every push for done. */
final class PushServer implements AutoCloseable {
    private record MsgServer(Connection connection) implements Session {}

    private final BlockingQueue<IMPushToUserReq> pushed = new LinkedBlockingQueue<>();
    private final EventLoopGroup loops = Transport.eventLoops("push-server", 1);
    private final PduServer server;

    PushServer() throws IOException {
        Router<MsgServer> router = Router.<MsgServer>forRole("msg-server")
                .on(Commands.OTHER_PUSH_TO_USER_REQ, this::onPush)
                .build();
        server = PduServer.bind(
                "push-server",
                loops,
                new InetSocketAddress("127.0.0.1", 0),
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                Admission.ofAll(),
                connection -> connection.become(
                        router, new MsgServer(connection), new Limits(1 << 20, Duration.ofSeconds(30))));
    }

    private void onPush(MsgServer asking, IMPushToUserReq push, int seq) {
        pushed.add(push);
        IMPushToUserRsp.Builder answer = IMPushToUserRsp.newBuilder();
        push.getUserTokenListList()
                .forEach(target -> answer.addPushResultList(
                        PushResult.newBuilder().setUserToken(target.getToken()).setResultCode(0)));
        asking.connection().send(Commands.OTHER_PUSH_TO_USER_RSP, answer.build());
    }

    InetSocketAddress address() {
        return server.address();
    }

    BlockingQueue<IMPushToUserReq> pushed() {
        return pushed;
    }

    @Override
    public void close() {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
