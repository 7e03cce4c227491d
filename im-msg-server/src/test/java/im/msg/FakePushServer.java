package im.msg;

import im.netlib.Router;
import im.proto.Commands;
import im.proto.base.PushResult;
import im.proto.server.IMPushToUserReq;
import im.proto.server.IMPushToUserRsp;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A push-server for which every token is good. */
final class FakePushServer extends FakeServer {
    final BlockingQueue<IMPushToUserReq> pushed = new LinkedBlockingQueue<>();

    FakePushServer() throws IOException {}

    @Override
    Router<Peer> router() {
        return Router.<Peer>forRole("msg-server")
                .on(Commands.OTHER_PUSH_TO_USER_REQ, this::onPush)
                .build();
    }

    private void onPush(Peer peer, IMPushToUserReq push, int seq) {
        pushed.add(push);
        IMPushToUserRsp.Builder answer = IMPushToUserRsp.newBuilder();
        push.getUserTokenListList()
                .forEach(target -> answer.addPushResultList(
                        PushResult.newBuilder().setUserToken(target.getToken()).setResultCode(0)));
        peer.connection().send(Commands.OTHER_PUSH_TO_USER_RSP, answer.build());
    }
}
