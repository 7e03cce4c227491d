package im.client;

import com.google.protobuf.MessageLite;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.LinkLostException;
import im.netlib.ProtocolViolation;
import im.netlib.ReconnectingClient;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Capabilities;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ResultType;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUserStatNotify;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.proto.login.IMKickUser;
import im.proto.login.IMLoginReq;
import im.proto.login.IMLoginRes;
import im.proto.login.IMLogoutReq;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the msg-server: logs in, again after every loss, and hands replies and pushes on. Public methods work from
 * any thread; the rest happens on the event loop.
 */
final class MsgServerLink implements Session {
    private static final Logger log = LoggerFactory.getLogger(MsgServerLink.class);

    /** Longest frame that is taken from any server. */
    static final int MAX_FRAME_LENGTH = 512 << 10;

    private static final String CLIENT_VERSION = "im/0.1";

    private static final Router<MsgServerLink> LOGGING_IN = ignoringOthers(
            Router.<MsgServerLink>forRole("msg-server at login")
                    .on(Commands.LOGIN_RES_USERLOGIN, (link, result, seq) -> link.onLoginResult(result)),
            Set.of(Commands.LOGIN_RES_USERLOGIN));

    /** Answers to what this client asks. */
    private static final List<Command<?>> REPLIES = List.of(
            Commands.LOGIN_RES_DEVICETOKEN,
            Commands.LOGIN_RES_KICKPCCLIENT,
            Commands.LOGIN_RES_PUSH_SHIELD,
            Commands.LOGIN_RES_QUERY_PUSH_SHIELD,
            Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE,
            Commands.BUDDY_LIST_USER_INFO_RESPONSE,
            Commands.BUDDY_LIST_REMOVE_SESSION_RES,
            Commands.BUDDY_LIST_ALL_USER_RESPONSE,
            Commands.BUDDY_LIST_USERS_STATUS_RESPONSE,
            Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE,
            Commands.BUDDY_LIST_DEPARTMENT_RESPONSE,
            Commands.BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE,
            Commands.MSG_DATA_ACK,
            Commands.MSG_TIME_RESPONSE,
            Commands.MSG_UNREAD_CNT_RESPONSE,
            Commands.MSG_LIST_RESPONSE,
            Commands.MSG_GET_LATEST_MSG_ID_RSP,
            Commands.MSG_GET_BY_MSG_ID_RES,
            Commands.GROUP_NORMAL_LIST_RESPONSE,
            Commands.GROUP_INFO_RESPONSE,
            Commands.GROUP_CREATE_RESPONSE,
            Commands.GROUP_CHANGE_MEMBER_RESPONSE,
            Commands.GROUP_SHIELD_GROUP_RESPONSE,
            Commands.FILE_RESPONSE,
            Commands.FILE_HAS_OFFLINE_RES);

    private final ClientOptions options;
    private final EventLoop loop;
    private final ClientListener listener;
    private final ReconnectingClient client;
    private final Replies replies;
    private final Router.Builder<MsgServerLink> pushes = Router.forRole("msg-server");
    private final Set<Command<?>> handled = new HashSet<>();
    private final List<Runnable> atLogin = new ArrayList<>();
    private final List<CompletableFuture<Connection>> waiting = new ArrayList<>();
    private final CompletableFuture<Void> loggedIn = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private Router<MsgServerLink> loggedInRouter;
    private volatile User self;
    private volatile int capabilities;
    private volatile Duration clockOffset = Duration.ZERO;
    private ReconnectingClient.State state = ReconnectingClient.State.IDLE;
    private Connection handshaking;
    private Runnable shaken;
    private LoginRefusedException refusal;
    private IOException endedBy;

    MsgServerLink(ClientOptions options, EventLoop loop, ClientListener listener) {
        this.options = options;
        this.loop = loop;
        this.listener = listener;
        this.replies = new Replies(loop);
        this.client = new ReconnectingClient(
                options.userName() + "'s msg-server",
                options.servers(),
                loop,
                new ReconnectingClient.Timing(options.connectTimeout(), options.requestTimeout(), options.backoff()),
                ConnectionSettings.forLinks(options.heartbeatEvery()).with(options.tls()),
                this::login,
                this::onState);
        for (Command<?> reply : REPLIES) {
            handle(reply, this::onReply);
        }
        onPush(Commands.FILE_NOTIFY, this::onFileNotify);
        onPush(Commands.BUDDY_LIST_STATUS_NOTIFY, this::onStatusNotify);
        onPush(Commands.LOGIN_KICK_USER, this::onKick);
        onPush(
                Commands.GROUP_CHANGE_MEMBER_NOTIFY,
                notify -> tellListener(() -> listener.onMembersChanged(MembersChanged.of(notify))));
        onPush(
                Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY,
                notify -> tellListener(() -> listener.onSignature(notify.getChangedUserId(), notify.getSignInfo())));
        onPush(
                Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY,
                notify -> tellListener(() -> listener.onAvatar(notify.getChangedUserId(), notify.getAvatarUrl())));
        onPush(
                Commands.SWITCH_P2P_CMD,
                command -> tellListener(() -> listener.onCommand(command.getFromUserId(), command.getCmdMsgData())));
    }

    private <M extends MessageLite> void handle(Command<M> command, BiConsumer<? super M, Integer> handler) {
        handled.add(command);
        pushes.on(command, (link, message, seq) -> handler.accept(message, seq));
    }

    /** Has what the msg-server says unasked handled, on the event loop. Before {@link #start}. */
    <M extends MessageLite> void onPush(Command<M> command, Consumer<? super M> handler) {
        handle(command, (message, seq) -> handler.accept(message));
    }

    /** Has this run on the event loop after every login, from now on. */
    void atEveryLogin(Runnable task) {
        atLogin.add(task);
    }

    /** Servers push much that this client has no use for. */
    private static Router<MsgServerLink> ignoringOthers(
            Router.Builder<MsgServerLink> builder, Set<Command<?>> handled) {
        for (Command<?> command : Commands.CATALOGUE.commands()) {
            if (!handled.contains(command)) {
                builder.ignore(command);
            }
        }
        return builder.build();
    }

    /** Once. The future completes when the first login succeeded, and fails when it did not: then the link is closed. */
    CompletableFuture<Void> start() {
        loggedInRouter = ignoringOthers(pushes, handled);
        client.start();
        return loggedIn;
    }

    ClientOptions options() {
        return options;
    }

    EventLoop loop() {
        return loop;
    }

    /** Who is logged in; null before the first login. */
    User self() {
        return self;
    }

    /** Completes when the link is over for good: normally after {@link #close}, else with the reason. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    boolean isReady() {
        return client.ready().isPresent();
    }

    /** True when the msg-server of the last login is one of this project: it can do large files and reads all fields of ours. */
    boolean isOurs() {
        return Capabilities.has(capabilities, Capabilities.LARGE_FILES);
    }

    /** The msg-server's clock, as far as the last login has shown it: in whole seconds, and a little late. */
    Instant serverTime() {
        return Instant.now().plus(clockOffset).truncatedTo(ChronoUnit.SECONDS);
    }

    // Requests

    CompletableFuture<List<OfflineFile>> offlineFiles() {
        IMFileHasOfflineReq request =
                IMFileHasOfflineReq.newBuilder().setUserId(self().id()).build();
        return call(Commands.FILE_HAS_OFFLINE_REQ, request, IMFileHasOfflineRsp.class)
                .thenApply(OfflineFile::of);
    }

    /**
     * Sends a request, waiting for the connection if it is away just now; fails when the connection has not come back, or the
     * msg-server has not answered, within the request timeout.
     */
    <Q extends MessageLite, R> CompletableFuture<R> call(Command<Q> command, Q request, Class<R> replyType) {
        return call(command, request, replyType, options.requestTimeout());
    }

    /** @param patience how long to wait for the answer */
    <Q extends MessageLite, R> CompletableFuture<R> call(
            Command<Q> command, Q request, Class<R> replyType, Duration patience) {
        CompletableFuture<R> reply = new CompletableFuture<>();
        withConnection(reply, connection -> {
            int seq = replies.nextSeq();
            replies.expect(seq, replyType, reply, patience);
            if (!reply.isDone()) {
                connection.send(command, seq, request);
            }
        });
        return reply;
    }

    /**
     * Sends what has no reply, waiting for the connection if it is away just now.
     *
     * @return completes when it was sent, fails when the connection has not come back within the request timeout
     */
    <Q extends MessageLite> CompletableFuture<Void> tell(Command<Q> command, Q message) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        withConnection(told, connection -> {
            connection.send(command, replies.nextSeq(), message);
            told.complete(null);
        });
        return told;
    }

    /** On the event loop; {@code outcome} fails when the connection does not come back in time. */
    private void withConnection(CompletableFuture<?> outcome, Consumer<Connection> task) {
        onLoop(outcome, () -> client.ready().ifPresentOrElse(task, () -> awaitReady(outcome, task)));
    }

    private void awaitReady(CompletableFuture<?> outcome, Consumer<Connection> task) {
        if (ended.isDone()) {
            outcome.completeExceptionally(lost());
            return;
        }
        CompletableFuture<Connection> ready = new CompletableFuture<>();
        ready.thenAccept(task).exceptionally(failure -> {
            outcome.completeExceptionally(lost());
            return null;
        });
        waiting.add(ready);
        loop.schedule(
                () -> {
                    waiting.remove(ready);
                    ready.completeExceptionally(lost());
                },
                options.requestTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Runs a task on the event loop. A client that was closed has none any more: {@code outcome} fails. */
    void onLoop(CompletableFuture<?> outcome, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(lost());
        }
    }

    LinkLostException lost() {
        return new LinkLostException("no connection to the msg-server " + options.servers());
    }

    // Login and the life of the connection

    private void login(Connection connection, Runnable ready) {
        handshaking = connection;
        shaken = ready;
        connection.become(LOGGING_IN, this, new Limits(MAX_FRAME_LENGTH, options.silenceLimit()));
        connection.send(
                Commands.LOGIN_REQ_USERLOGIN,
                replies.nextSeq(),
                IMLoginReq.newBuilder()
                        .setUserName(options.userName())
                        .setPassword(options.passwordMd5())
                        .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
                        .setClientType(options.clientType())
                        .setClientVersion(CLIENT_VERSION)
                        .setCapabilities(Capabilities.LARGE_FILES)
                        .build());
    }

    private void onLoginResult(IMLoginRes result) {
        if (result.getResultCode() != ResultType.REFUSE_REASON_NONE) {
            onLoginRefused(
                    new LoginRefusedException(options.userName(), result.getResultCode(), result.getResultString()));
            return;
        }
        if (!result.hasUserInfo()) {
            throw new ProtocolViolation("a login without the user's own info");
        }
        self = User.of(result.getUserInfo());
        capabilities = result.getCapabilities();
        clockOffset = Duration.between(Instant.now(), Message.seconds(result.getServerTime()));
        handshaking.become(loggedInRouter, this, new Limits(MAX_FRAME_LENGTH, options.silenceLimit()));
        shaken.run();
    }

    /** A session that was there before outlives a server that is only missing something behind it: it tries again. */
    private void onLoginRefused(LoginRefusedException why) {
        if (!loggedIn.isDone()) {
            end(why);
        } else if (why.isFinal()) {
            refusal = why;
            end(why);
        } else {
            handshaking.close(why.getMessage());
        }
    }

    private void onState(ReconnectingClient.State next) {
        ReconnectingClient.State before = state;
        state = next;
        switch (next) {
            case READY -> onReady();
            case BACKOFF -> onLost(before);
            case CLOSED -> onClosedForGood();
            default -> log.debug("{}: {}", this, next);
        }
    }

    private void onReady() {
        Connection connection = client.ready().orElseThrow();
        List<CompletableFuture<Connection>> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(one -> one.complete(connection));
        atLogin.forEach(Runnable::run);
        tellListener(() -> listener.onConnectionState(ConnectionState.CONNECTED));
        loggedIn.complete(null);
    }

    private void onLost(ReconnectingClient.State before) {
        replies.failAll(lost());
        if (!loggedIn.isDone()) {
            end(new ServerUnreachableException(
                    before == ReconnectingClient.State.CONNECTING
                            ? "cannot connect to the msg-server " + options.servers() + ": " + client.lastFailure()
                            : "the msg-server " + options.servers()
                                    + " ended the connection or did not answer the login"));
        } else if (!options.reconnect()) {
            end(new LinkLostException("the connection to the msg-server " + options.servers() + " was lost"));
        } else if (endedBy == null && before == ReconnectingClient.State.READY) {
            tellListener(() -> listener.onConnectionState(ConnectionState.RECONNECTING));
        }
    }

    private void onClosedForGood() {
        replies.failAll(lost());
        waiting.forEach(one -> one.completeExceptionally(lost()));
        waiting.clear();
        if (refusal != null) {
            tellListener(() -> listener.onLoginRefused(refusal));
        }
        if (loggedIn.isDone()) {
            tellListener(() -> listener.onConnectionState(ConnectionState.CLOSED));
        }
        if (endedBy == null) {
            loggedIn.completeExceptionally(lost());
            ended.complete(null);
        } else {
            loggedIn.completeExceptionally(endedBy);
            ended.completeExceptionally(endedBy);
        }
    }

    private void end(IOException why) {
        if (endedBy == null) {
            endedBy = why;
            client.close();
        }
    }

    /** Logs out and ends the link. The future completes when the connection is gone, which may take a moment. */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        loop.execute(() -> {
            client.ready()
                    .ifPresentOrElse(
                            connection -> {
                                connection.send(
                                        Commands.LOGIN_REQ_LOGINOUT,
                                        replies.nextSeq(),
                                        IMLogoutReq.getDefaultInstance());
                                connection.closed().addListener(closed -> gone.complete(null));
                            },
                            () -> gone.complete(null));
            client.close();
        });
        return gone;
    }

    // What the msg-server says

    private void onReply(MessageLite reply, int seq) {
        replies.complete(seq, reply);
    }

    private void onFileNotify(IMFileNotify notify) {
        FileOffer offer = FileOffer.of(notify);
        log.debug("{}: {}", this, offer);
        tellListener(() -> listener.onFileOffer(offer));
    }

    private void onStatusNotify(IMUserStatNotify notify) {
        tellListener(() -> listener.onPresence(
                notify.getUserStat().getUserId(), notify.getUserStat().getStatus()));
    }

    private void onKick(IMKickUser kick) {
        log.info("{}: kicked, {}", this, kick.getKickReason());
        tellListener(() -> listener.onKicked(kick.getKickReason()));
        end(new KickedException(kick.getKickReason()));
    }

    /** A listener that throws must not cost the connection. */
    void tellListener(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            log.error("{}: a listener threw", this, e);
        }
    }

    @Override
    public String describe() {
        return toString();
    }

    @Override
    public String toString() {
        return options.userName();
    }
}
