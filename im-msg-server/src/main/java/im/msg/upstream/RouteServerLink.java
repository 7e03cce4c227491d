package im.msg.upstream;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.collect.Multiset;
import com.google.common.net.HostAndPort;
import com.google.protobuf.MessageLite;
import im.msg.domain.ClientKind;
import im.msg.domain.RemoteNews;
import im.msg.domain.UserId;
import im.msg.wire.ClientKinds;
import im.msg.wire.ClientList;
import im.msg.wire.NoticeMessages;
import im.netlib.Connection;
import im.netlib.ReconnectingClient.State;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ServerUserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import im.proto.server.IMOnlineUserInfo;
import im.proto.server.IMRoleSet;
import im.proto.server.IMUserStatusUpdate;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One route-server. A connection begins with a question, because one that does not answer is no better than one that is not there. Once it
 * has answered it is told who is here, and then every change. As long as it is the master it tells the same of the other msg-servers.
 * Thread-safe.
 */
public final class RouteServerLink extends ServerLink {
    private static final Logger log = LoggerFactory.getLogger(RouteServerLink.class);

    private static final int NOTHING = 0;
    private static final int MASTER = 1;
    private static final int ONLINE = 1;
    private static final int OFFLINE = 2;

    private static final class LinkSession implements Session {
        private final Connection connection;
        private final Runnable ready;
        private boolean introduced;
        private final ClientList everybody;

        private LinkSession(Connection connection, Runnable ready, int maxListed) {
            this.connection = connection;
            this.ready = ready;
            this.everybody = new ClientList(maxListed);
        }
    }

    private final int maxListed;
    private final Predicate<RouteServerLink> masterAtFirst;
    private final Consumer<State> onStateChange;
    private Router<LinkSession> router;
    private RemoteNews news;

    /** What was announced, whether the link was up or not. Event loop only, as is what follows. */
    private final Multiset<Here> here = HashMultiset.create();

    private boolean master;

    /**
     * @param maxListed how many clients elsewhere are remembered
     * @param masterAtFirst whether a link that is just being made is the master one
     * @param onStateChange told of every new state, on the event loop
     */
    RouteServerLink(
            HostAndPort address,
            EventLoop loop,
            LinkSettings settings,
            int maxListed,
            Predicate<RouteServerLink> masterAtFirst,
            Consumer<State> onStateChange) {
        super("route-server link", address, loop, settings);
        this.maxListed = maxListed;
        this.masterAtFirst = masterAtFirst;
        this.onStateChange = onStateChange;
    }

    private record Here(UserId user, ClientKind kind) {}

    void start(RemoteNews news) {
        NewsCommands commands = new NewsCommands(news);
        this.news = news;
        this.router = NoticeMessages.addTo(Router.<LinkSession>forRole("route-server"), news::noticed)
                .on(Commands.OTHER_ONLINE_USER_INFO, this::onEverybody)
                .on(Commands.BUDDY_LIST_STATUS_NOTIFY, fromMaster(commands::onStatus))
                .on(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE, this::onStatuses)
                .on(Commands.OTHER_LOGIN_STATUS_NOTIFY, fromMaster(commands::onDesktop))
                .on(Commands.OTHER_SERVER_KICK_USER, (session, kick, seq) -> commands.onKick(kick))
                .on(Commands.FILE_NOTIFY, (session, notify, seq) -> commands.onFile(notify))
                .on(Commands.MSG_DATA, (session, message, seq) -> commands.onMessage(message))
                .build();
        start();
    }

    @Override
    void onStateChange(State state) {
        onStateChange.accept(state);
    }

    @Override
    void begin(Connection connection, Runnable ready) {
        become(connection, router, new LinkSession(connection, ready, maxListed));
        connection.send(
                Commands.BUDDY_LIST_USERS_STATUS_REQUEST,
                IMUsersStatReq.newBuilder().setUserId(NOTHING).build());
    }

    private void introduce(LinkSession session) {
        session.introduced = true;
        master = masterAtFirst.test(this);
        session.connection.send(Commands.OTHER_ROLE_SET, role());
        IMOnlineUserInfo.Builder everybody = IMOnlineUserInfo.newBuilder();
        here.forEach(client -> everybody.addUserStatList(ServerUserStat.newBuilder()
                .setUserId(client.user().value())
                .setStatus(UserStatType.USER_STATUS_ONLINE)
                .setClientType(ClientKinds.wire(client.kind()))));
        session.connection.send(Commands.OTHER_ONLINE_USER_INFO, everybody.build());
        session.ready.run();
    }

    /** A client came or went here. Route-servers count, so each is told exactly once: in the list of a connection, or by itself. */
    void announce(UserId user, ClientKind kind, boolean isOnline) {
        loop().execute(() -> {
            Here client = new Here(user, kind);
            if (isOnline) {
                here.add(client);
            } else {
                here.remove(client);
            }
            sendNow(
                    Commands.OTHER_USER_STATUS_UPDATE,
                    IMUserStatusUpdate.newBuilder()
                            .setUserStatus(isOnline ? ONLINE : OFFLINE)
                            .setUserId(user.value())
                            .setClientType(ClientKinds.wire(kind))
                            .build());
        });
    }

    private IMRoleSet role() {
        return IMRoleSet.newBuilder()
                .setMaster(master ? MASTER : NOTHING)
                .setTellEverything(true)
                .build();
    }

    /** Whether this route-server tells of users elsewhere: exactly one of several does, and it begins with a list of all of them. */
    void makeMaster(boolean isMaster) {
        loop().execute(() -> {
            if (master != isMaster) {
                master = isMaster;
                sendNow(Commands.OTHER_ROLE_SET, role());
            }
        });
    }

    /** Sends if the link is ready by then. */
    <M extends MessageLite> void send(Command<M> command, M message) {
        loop().execute(() -> sendNow(command, message));
    }

    /** Sends a frame if the link is ready by then; none that a route-server does not take, as only a client can have made it that long. */
    void send(byte[] frame) {
        if (!takes(frame.length)) {
            log.warn(
                    "{}: a notice of {} bytes is told nobody elsewhere: it is longer than link.max-frame",
                    this,
                    frame.length);
            return;
        }
        loop().execute(() -> ready().ifPresent(connection -> connection.write(Unpooled.wrappedBuffer(frame))));
    }

    private <M extends MessageLite> void sendNow(Command<M> command, M message) {
        ready().ifPresent(connection -> connection.send(command, message));
    }

    /** With which clients these users are online at other msg-servers. */
    CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> lookup(Collection<UserId> users) {
        return call(
                        IMUsersStatRsp.class,
                        (connection, token) -> connection.send(
                                Commands.BUDDY_LIST_USERS_STATUS_REQUEST,
                                IMUsersStatReq.newBuilder()
                                        .setUserId(NOTHING)
                                        .addAllUserIdList(users.stream()
                                                .map(UserId::value)
                                                .toList())
                                        .setAttachData(token)
                                        .build()))
                .thenApply(answer -> ClientList.clients(answer.getClientListList()));
    }

    private void onStatuses(LinkSession session, IMUsersStatRsp answer, int seq) {
        if (session.introduced) {
            complete(answer.getAttachData(), answer);
        } else {
            introduce(session);
        }
    }

    private void onEverybody(LinkSession session, IMOnlineUserInfo part, int seq) {
        session.everybody.add(part).filter(list -> master).ifPresent(news::listed);
    }

    /** What a route-server that is the master no more had on its way is out of date. */
    private <M> Router.Handler<LinkSession, M> fromMaster(Consumer<M> command) {
        return (session, message, seq) -> {
            if (master) {
                command.accept(message);
            }
        };
    }
}
