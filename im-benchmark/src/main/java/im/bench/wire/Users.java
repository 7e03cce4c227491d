package im.bench.wire;

import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.ResultType;
import im.proto.base.SessionType;
import im.proto.base.UserStatType;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Users who log in to a msg-server, and then say nothing, or write to each other. On mobiles they are told nothing of others; each
 * desktop is told of everybody who comes or goes.
 */
public final class Users implements AutoCloseable {
    private static final int AT_A_TIME = 100;

    private final Dialer dialer;
    private final InetSocketAddress msgServer;
    private final Expected expected;
    private final Map<Integer, User> users = new ConcurrentHashMap<>();

    /** @param expected hears of messages, by their numbers, and of who comes and goes, by their ids */
    public Users(Dialer dialer, InetSocketAddress msgServer, Expected expected) {
        this.dialer = dialer;
        this.msgServer = msgServer;
        this.expected = expected;
    }

    /**
     * Logs so many in, and keeps them. Not on the event loop.
     *
     * @param first id; the others follow
     * @return what logging in took
     */
    public Outcome logIn(int first, int count, ClientType client) throws IOException, InterruptedException {
        Plan plan = new Plan(1, count, AT_A_TIME, 1, 1);
        return Crowd.run(dialer.loop(), plan, Crowd.histogram(), number -> {
            User user = new User(first + number, client);
            users.put(user.id, user);
            dialer.connect(msgServer, user, failure -> user.onEnd(new IOException(failure)));
            return user.loggedIn;
        });
    }

    /** How many are still there. */
    public long connected() {
        return users.values().stream().filter(User::isConnected).count();
    }

    /** Has one of them write to anybody. On the event loop. */
    public void write(int from, int to, int number) {
        users.get(from).write(Messages.message(from, to, number));
    }

    private final class User extends FrameHandler {
        private final CompletableFuture<Void> loggedIn = new CompletableFuture<>();
        private final int id;
        private final ClientType client;
        private ChannelHandlerContext ctx;
        private int seq;

        User(int id, ClientType client) {
            this.id = id;
            this.client = client;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            this.ctx = ctx;
            IMLoginReq login = IMLoginReq.newBuilder()
                    .setUserName("u" + id)
                    .setPassword("any")
                    .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                    .setClientType(client)
                    .build();
            ctx.writeAndFlush(frame(ctx, Commands.LOGIN_REQ_USERLOGIN, ++seq, login));
        }

        boolean isConnected() {
            return ctx != null && ctx.channel().isActive();
        }

        void write(IMMsgData message) {
            ctx.writeAndFlush(frame(ctx, Commands.MSG_DATA, ++seq, message));
        }

        @Override
        void onFrame(int commandId, int seq, ByteBuffer body) throws IOException {
            if (commandId == Commands.LOGIN_RES_USERLOGIN.commandId()) {
                IMLoginRes answer = parse(Commands.LOGIN_RES_USERLOGIN, body);
                if (answer.getResultCode() != ResultType.REFUSE_REASON_NONE) {
                    throw new IOException("login refused: " + answer.getResultCode());
                }
                loggedIn.complete(null);
            } else if (commandId == Commands.MSG_DATA.commandId()) {
                onMessage(parse(Commands.MSG_DATA, body));
            } else if (commandId == Commands.BUDDY_LIST_STATUS_NOTIFY.commandId()) {
                expected.came(parse(Commands.BUDDY_LIST_STATUS_NOTIFY, body)
                        .getUserStat()
                        .getUserId());
            }
        }

        private void onMessage(IMMsgData message) {
            IMMsgDataAck ack = IMMsgDataAck.newBuilder()
                    .setUserId(id)
                    .setSessionId(message.getFromUserId())
                    .setMsgId(message.getMsgId())
                    .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                    .build();
            ctx.write(frame(ctx, Commands.MSG_DATA_ACK, ++seq, ack));
            expected.came(Messages.number(message));
        }

        @Override
        void onEnd(IOException reason) {
            loggedIn.completeExceptionally(reason);
        }
    }

    @Override
    public void close() {
        users.values().stream().filter(User::isConnected).forEach(user -> user.ctx.close());
    }
}
