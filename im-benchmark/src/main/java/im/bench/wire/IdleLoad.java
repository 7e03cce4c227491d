package im.bench.wire;

import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.ResultType;
import im.proto.base.UserStatType;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Users who log in to a msg-server and then say nothing. They are on mobiles: each desktop is told of everybody who comes, which is
 * another load than this.
 */
public final class IdleLoad implements AutoCloseable {
    private static final int AT_A_TIME = 100;

    private final Dialer dialer;
    private final InetSocketAddress msgServer;
    private final List<Channel> channels = new ArrayList<>();

    public IdleLoad(Dialer dialer, InetSocketAddress msgServer) {
        this.dialer = dialer;
        this.msgServer = msgServer;
    }

    /**
     * Logs so many in, and keeps them. Not on the event loop.
     *
     * @return what logging in took
     */
    public Outcome logIn(int users) throws IOException, InterruptedException {
        Plan plan = new Plan(1, users, AT_A_TIME, 1, 1);
        return Crowd.run(dialer.loop(), plan, Crowd.histogram(), number -> {
            User user = new User(number + 1);
            dialer.connect(msgServer, user).addListener(connected -> {
                if (!connected.isSuccess()) {
                    user.onEnd(new IOException(connected.cause()));
                }
            });
            return user.loggedIn;
        });
    }

    /** How many are still there. */
    public long connected() {
        return channels.stream().filter(Channel::isActive).count();
    }

    private final class User extends FrameHandler {
        private final CompletableFuture<Void> loggedIn = new CompletableFuture<>();
        private final int number;

        User(int number) {
            this.number = number;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channels.add(ctx.channel());
            IMLoginReq login = IMLoginReq.newBuilder()
                    .setUserName("u" + number)
                    .setPassword("any")
                    .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                    .setClientType(ClientType.CLIENT_TYPE_ANDROID)
                    .build();
            ctx.writeAndFlush(frame(ctx, Commands.LOGIN_REQ_USERLOGIN, 1, login));
        }

        @Override
        void onFrame(int commandId, int seq, ByteBuffer body) throws IOException {
            if (commandId == Commands.LOGIN_RES_USERLOGIN.commandId()) {
                IMLoginRes answer = parse(Commands.LOGIN_RES_USERLOGIN, body);
                if (answer.getResultCode() != ResultType.REFUSE_REASON_NONE) {
                    throw new IOException("login refused: " + answer.getResultCode());
                }
                loggedIn.complete(null);
            }
        }

        @Override
        void onEnd(IOException reason) {
            loggedIn.completeExceptionally(reason);
        }
    }

    @Override
    public void close() {
        channels.forEach(Channel::close);
    }
}
