package im.bench.wire;

import com.google.protobuf.ByteString;
import im.db.domain.PasswordDigest;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.MsgType;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Pairs of users, of whom one writes and the other reads, as clients of ours do: messages have names, and what was read is
 * acknowledged. Its methods are not for the event loop, on which everything else happens.
 */
public final class MessageLoad implements AutoCloseable {
    /** In front of each message: its name, and when it was to be sent. */
    static final int HEAD = 2 * Long.BYTES;

    private static final int LOGIN_SECONDS = 60;
    /** Beyond the time of a run, for what is still under way. */
    private static final int DRAIN_SECONDS = 30;
    /** How long a message that is due may wait for others, so that they go out together. */
    private static final long TICK_MICROS = 500;
    /** No two loads on one database name messages alike. */
    private static final AtomicLong NAMES = new AtomicLong(System.nanoTime());

    private final Dialer dialer;
    private final MessagePlan plan;
    private final String password;
    private final List<Pair> pairs = new ArrayList<>();
    private Run run;

    /** @param password of all users, who are u1, u2 and so on */
    public MessageLoad(Dialer dialer, MessagePlan plan, String password) {
        this.dialer = dialer;
        this.plan = plan;
        this.password = PasswordDigest.ofPassword(password).hex();
    }

    /** Logs everybody in: who writes at one msg-server, who reads at the other, which may be the same. */
    public void logIn(InetSocketAddress writing, InetSocketAddress reading) throws IOException, InterruptedException {
        for (int i = 0; i < plan.pairs(); i++) {
            pairs.add(new Pair(logIn(2 * i + 1, writing), logIn(2 * i + 2, reading)));
        }
    }

    private User logIn(int number, InetSocketAddress server) throws IOException, InterruptedException {
        User user = new User(number);
        dialer.loop().execute(() -> dialer.connect(server, user, failure -> user.onEnd(new IOException(failure))));
        Crowd.await(user.loggedIn, LOGIN_SECONDS);
        return user;
    }

    /** Everybody writes a message as soon as the last was stored and delivered. */
    public Delivered saturate(Duration duration) throws IOException, InterruptedException {
        return await(new Saturation(duration));
    }

    /** Messages are due at this rate, whatever becomes of those before, and their time counts from when they were due. */
    public Delivered steady(double perSecond, Duration duration) throws IOException, InterruptedException {
        return await(new Stream(duration, perSecond));
    }

    private Delivered await(Run next) throws IOException, InterruptedException {
        dialer.loop().execute(() -> {
            run = next;
            next.begin();
        });
        return Crowd.await(next.result, next.duration.toSeconds() + DRAIN_SECONDS);
    }

    /** From the first message to the last word about one. */
    private abstract static class Run {
        final CompletableFuture<Delivered> result = new CompletableFuture<>();
        final Histogram times = Crowd.histogram();
        final Duration duration;
        final long begun = System.nanoTime();
        private long messages;
        private long underWay;

        Run(Duration duration) {
            this.duration = duration;
        }

        abstract void begin();

        /** All of this pair's messages have come where they were to come to. */
        abstract void onIdle(Pair pair);

        abstract boolean hasMore();

        void send(Pair pair, long due) {
            underWay++;
            pair.send(due);
        }

        void delivered(long due) {
            times.recordValue(System.nanoTime() - due);
            messages++;
        }

        void ended(Pair pair) {
            underWay--;
            if (pair.underWay() == 0) {
                onIdle(pair);
            }
            if (underWay == 0 && !hasMore()) {
                result.complete(new Delivered(messages, System.nanoTime() - begun, times));
            }
        }
    }

    private final class Saturation extends Run {
        Saturation(Duration duration) {
            super(duration);
        }

        @Override
        void begin() {
            pairs.forEach(this::onIdle);
        }

        @Override
        void onIdle(Pair pair) {
            if (hasMore()) {
                send(pair, System.nanoTime());
            }
        }

        @Override
        boolean hasMore() {
            return System.nanoTime() - begun < duration.toNanos();
        }
    }

    private final class Stream extends Run {
        private final double nanosEach;
        private final long count;
        private long sent;

        Stream(Duration duration, double perSecond) {
            super(duration);
            nanosEach = TimeUnit.SECONDS.toNanos(1) / perSecond;
            count = Math.max(1, (long) (duration.toNanos() / nanosEach));
        }

        @Override
        void begin() {
            for (long due = due(); hasMore() && due - System.nanoTime() <= 0 && !result.isDone(); due = due()) {
                send(pairs.get((int) (sent++ % pairs.size())), due);
            }
            if (hasMore() && !result.isDone()) {
                dialer.loop().schedule(this::begin, TICK_MICROS, TimeUnit.MICROSECONDS);
            }
        }

        private long due() {
            return begun + (long) (sent * nanosEach);
        }

        @Override
        void onIdle(Pair pair) {
            // The next message comes when it is due.
        }

        @Override
        boolean hasMore() {
            return sent < count;
        }
    }

    /** Of one conversation. */
    private final class Pair {
        private final User writer;
        private final User reader;
        private long sent;
        private long stored;
        private long delivered;

        Pair(User writer, User reader) {
            this.writer = writer;
            this.reader = reader;
            writer.pair = this;
            reader.pair = this;
        }

        long underWay() {
            return sent - Math.min(stored, delivered);
        }

        void send(long due) {
            sent++;
            long name = NAMES.incrementAndGet();
            byte[] data = new byte[plan.size()];
            ByteBuffer.wrap(data).putLong(name).putLong(due);
            writer.send(IMMsgData.newBuilder()
                    .setFromUserId(writer.id)
                    .setToSessionId(reader.id)
                    .setMsgId(0)
                    .setCreateTime(0)
                    .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                    .setMsgData(ByteString.copyFrom(data))
                    .setClientMsgId(ByteString.copyFrom(data, 0, Long.BYTES))
                    .build());
        }

        void onStored(IMMsgDataAck ack) throws IOException {
            stored++;
            requireId("stored", ack.getMsgId(), stored);
            if (stored <= delivered) {
                run.ended(this);
            }
        }

        void onDelivered(IMMsgData message) throws IOException {
            delivered++;
            requireId("delivered", message.getMsgId(), delivered);
            run.delivered(message.getMsgData().asReadOnlyByteBuffer().getLong(Long.BYTES));
            if (delivered <= stored) {
                run.ended(this);
            }
        }

        private void requireId(String what, int id, long wanted) throws IOException {
            if (id != wanted) {
                throw new IOException("from u" + writer.number + " to u" + reader.number + ": " + what + ": message "
                        + id + " instead of " + wanted);
            }
        }
    }

    private final class User extends FrameHandler {
        private final CompletableFuture<Void> loggedIn = new CompletableFuture<>();
        private final int number;
        private ChannelHandlerContext context;
        private int seq;
        private int id;
        private Pair pair;

        User(int number) {
            this.number = number;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            context = ctx;
            ctx.writeAndFlush(frame(
                    ctx,
                    Commands.LOGIN_REQ_USERLOGIN,
                    ++seq,
                    IMLoginReq.newBuilder()
                            .setUserName("u" + number)
                            .setPassword(password)
                            .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                            // Desktops are told of everybody who comes, which is another load than this.
                            .setClientType(ClientType.CLIENT_TYPE_ANDROID)
                            .build()));
        }

        void send(IMMsgData message) {
            seq = seq % 0xffff + 1;
            context.writeAndFlush(frame(context, Commands.MSG_DATA, seq, message));
        }

        @Override
        void onFrame(int commandId, int answeredSeq, ByteBuffer body) throws IOException {
            if (commandId == Commands.MSG_DATA.commandId()) {
                onMessage(parse(Commands.MSG_DATA, body));
            } else if (commandId == Commands.MSG_DATA_ACK.commandId()) {
                pair.onStored(parse(Commands.MSG_DATA_ACK, body));
            } else if (commandId == Commands.LOGIN_RES_USERLOGIN.commandId()) {
                onLogin(parse(Commands.LOGIN_RES_USERLOGIN, body));
            }
        }

        private void onMessage(IMMsgData message) throws IOException {
            context.write(frame(
                    context,
                    Commands.MSG_DATA_ACK,
                    0,
                    IMMsgDataAck.newBuilder()
                            .setUserId(id)
                            .setSessionId(message.getFromUserId())
                            .setMsgId(message.getMsgId())
                            .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                            .build()));
            pair.onDelivered(message);
        }

        private void onLogin(IMLoginRes answer) throws IOException {
            if (answer.getResultCode() != ResultType.REFUSE_REASON_NONE) {
                throw new IOException("login refused: " + answer.getResultCode());
            }
            id = answer.getUserInfo().getUserId();
            loggedIn.complete(null);
        }

        @Override
        void onEnd(IOException reason) {
            loggedIn.completeExceptionally(reason);
            if (run != null) {
                run.result.completeExceptionally(reason);
            }
        }

        void close() {
            context.close();
        }
    }

    @Override
    public void close() {
        pairs.forEach(pair -> {
            pair.writer.close();
            pair.reader.close();
        });
    }
}
