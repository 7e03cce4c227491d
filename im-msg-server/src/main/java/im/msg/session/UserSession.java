package im.msg.session;

import com.google.protobuf.MessageLite;
import im.msg.domain.ClientDetails;
import im.msg.domain.ClientKind;
import im.msg.domain.Conversation;
import im.msg.domain.FileNotice;
import im.msg.domain.KickReason;
import im.msg.domain.Message;
import im.msg.domain.MessageDelivery;
import im.msg.domain.Notice;
import im.msg.domain.OnlineClient;
import im.msg.domain.Presence;
import im.msg.domain.TaskId;
import im.msg.domain.UserId;
import im.msg.wire.ChatMessages;
import im.msg.wire.FileMessages;
import im.netlib.Connection;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Capabilities;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.KickReasonType;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMPCLoginStatusNotify;
import im.proto.buddy.IMUserStatNotify;
import im.proto.login.IMKickUser;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A user on a connection.
 *
 * <p>The methods of {@link OnlineClient} work from any thread; they go through the event loop even if they are called on it, so
 * that the client gets everything in the order in which it happened. The rest belongs to the event loop.
 */
final class UserSession implements Session, OnlineClient {
    private static final Logger log = LoggerFactory.getLogger(UserSession.class);

    /** Nothing that a kicked client asks for is done any more, but it is not punished for asking. */
    private static final Router<UserSession> KICKED = Router.<UserSession>forRole("kicked client")
            .ignore(Commands.CATALOGUE.commands().stream()
                    .filter(Command::fromClient)
                    .toArray(Command<?>[]::new))
            .build();

    private final Connection connection;
    private final UserId user;
    private final String name;
    private final ClientKind kind;
    private final int capabilities;
    private final Presence presence;
    private final MessageDelivery delivery;
    /** Messages that it was sent, or has sent. */
    private final Latest<Message.Key> known = new Latest<>();
    /** Messages that it has found in the history. */
    private final Latest<Message.Key> found = new Latest<>();
    /** Stored files that it was told of by themselves, and those that were on a list that it asked for. */
    private final Latest<TaskId> offered = new Latest<>();

    private final Latest<TaskId> listed = new Latest<>();
    private final ClientLimits limits;
    private final Instant since;
    private final PendingRequests pending;
    private boolean gone;

    /** @param capabilities bits of {@link Capabilities} that the client has sent */
    UserSession(
            Connection connection,
            UserId user,
            String name,
            ClientKind kind,
            int capabilities,
            Presence presence,
            MessageDelivery delivery,
            ClientLimits limits,
            Instant since) {
        this.connection = connection;
        this.user = user;
        this.name = name;
        this.kind = kind;
        this.capabilities = capabilities;
        this.presence = presence;
        this.delivery = delivery;
        this.limits = limits;
        this.since = since;
        this.pending = new PendingRequests(connection, limits.maxRequests());
    }

    @Override
    public UserId user() {
        return user;
    }

    @Override
    public ClientKind kind() {
        return kind;
    }

    @Override
    public ClientDetails details() {
        return new ClientDetails(name, since, String.valueOf(connection.remoteAddress()));
    }

    @Override
    public boolean takesLargeFiles() {
        return Capabilities.has(capabilities, Capabilities.LARGE_FILES);
    }

    /** No other connection has it. */
    long number() {
        return connection.id();
    }

    PendingRequests pending() {
        return pending;
    }

    /** True once the user has logged out, was kicked, or has lost the connection. */
    boolean isGone() {
        return gone;
    }

    <M extends MessageLite> void reply(Command<M> command, int seq, M message) {
        connection.send(command, seq, message);
    }

    private <M extends MessageLite> void tell(Command<M> command, M message) {
        connection.loop().execute(() -> {
            if (!gone) {
                connection.send(command, message);
            }
        });
    }

    @Override
    public void statusChanged(UserId other, boolean online) {
        tell(
                Commands.BUDDY_LIST_STATUS_NOTIFY,
                IMUserStatNotify.newBuilder()
                        .setUserStat(
                                UserStat.newBuilder().setUserId(other.value()).setStatus(status(online)))
                        .build());
    }

    @Override
    public void ownDesktopChanged(boolean online) {
        tell(
                Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY,
                IMPCLoginStatusNotify.newBuilder()
                        .setUserId(user.value())
                        .setLoginStat(status(online))
                        .build());
    }

    static UserStatType status(boolean online) {
        return online ? UserStatType.USER_STATUS_ONLINE : UserStatType.USER_STATUS_OFFLINE;
    }

    @Override
    public void offered(FileNotice notice) {
        connection.loop().execute(() -> offer(notice));
    }

    @Override
    public void offeredOnce(FileNotice notice) {
        connection.loop().execute(() -> {
            if (!offered.contains(notice.task())) {
                offer(notice);
            }
        });
    }

    @Override
    public void reminded(FileNotice notice) {
        connection.loop().execute(() -> {
            if (!offered.contains(notice.task()) && !listed.contains(notice.task())) {
                offer(notice);
            }
        });
    }

    private void offer(FileNotice notice) {
        if (gone) {
            return;
        }
        if (notice.stored()) {
            offered.add(notice.task());
        }
        connection.send(Commands.FILE_NOTIFY, FileMessages.notice(notice));
    }

    /** It has asked which files wait, and this one does. */
    void listed(TaskId task) {
        listed.add(task);
    }

    @Override
    public void noticed(Notice notice) {
        connection.loop().execute(() -> {
            if (!gone) {
                connection.write(Unpooled.wrappedBuffer(notice.frame()));
            }
        });
    }

    @Override
    public void received(Message message) {
        connection.loop().execute(() -> push(message));
    }

    /** Sends what an earlier connection of this client has not acknowledged. */
    void catchUp() {
        delivery.unacknowledgedBy(this).forEach(this::push);
    }

    @Override
    public void receivedLate(Message message) {
        connection.loop().execute(() -> {
            boolean sinceLogin = Integer.toUnsignedLong(message.created()) >= since.getEpochSecond();
            if (sinceLogin && !found.contains(message.key())) {
                push(message);
            }
        });
    }

    /** It is told that this message of its own is stored. */
    void sent(Conversation conversation, int id) {
        known.add(new Message.Key(conversation, id));
    }

    /** It has asked for the history, and this is in there. */
    void found(Conversation conversation, int id) {
        found.add(new Message.Key(conversation, id));
    }

    private void push(Message message) {
        if (gone) {
            delivery.missed(this, message);
        } else if (known.add(message.key())) {
            delivery.sent(this, message);
            connection.send(Commands.MSG_DATA, ChatMessages.toPush(message));
        }
    }

    @Override
    public void kicked(KickReason reason) {
        connection.loop().execute(() -> {
            end();
            connection.become(KICKED, this, limits.afterLogin(kind));
            connection.send(
                    Commands.LOGIN_KICK_USER,
                    IMKickUser.newBuilder()
                            .setUserId(user.value())
                            .setKickReason(
                                    switch (reason) {
                                        case LOGGED_IN_ELSEWHERE -> KickReasonType.KICK_REASON_DUPLICATE_USER;
                                        case BY_OWN_MOBILE -> KickReasonType.KICK_REASON_MOBILE_KICK;
                                    })
                            .build());
            log.info("{}: kicked: {}", connection, reason);
            connection
                    .loop()
                    .schedule(
                            () -> connection.closeAfterFlush("kicked"),
                            limits.kickGrace().toMillis(),
                            TimeUnit.MILLISECONDS);
        });
    }

    /** The user has gone on purpose; what is queued still goes out. */
    void logOut() {
        connection.closeAfterFlush("logged out");
        onClosed();
    }

    @Override
    public void onClosed() {
        presence.left(this);
        end();
    }

    private void end() {
        if (!gone) {
            gone = true;
            delivery.ended(this);
        }
    }

    @Override
    public String describe() {
        return toString();
    }

    @Override
    public String toString() {
        return name + " " + user + " " + kind;
    }
}
