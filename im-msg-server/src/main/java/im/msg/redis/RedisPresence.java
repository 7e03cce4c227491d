package im.msg.redis;

import com.google.common.base.Throwables;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.collect.Multiset;
import com.google.protobuf.MessageLite;
import im.msg.domain.ClientKind;
import im.msg.domain.FileNotice;
import im.msg.domain.KickReason;
import im.msg.domain.Message;
import im.msg.domain.Notice;
import im.msg.domain.RemoteNews;
import im.msg.domain.UserId;
import im.msg.upstream.Cluster;
import im.msg.upstream.LinkSettings;
import im.msg.upstream.NewsCommands;
import im.msg.wire.ChatMessages;
import im.msg.wire.ClientList;
import im.msg.wire.FileMessages;
import im.msg.wire.KickMessages;
import im.msg.wire.NoticeMessages;
import im.netlib.Link;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Command;
import im.proto.Commands;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several msg-servers as one over Redis, where the script {@code presence.lua} keeps who is where and publishes what changes. On every
 * connection this msg-server says who is here, and everybody elsewhere is listed to it. Whatever fails ends the connection, since nobody
 * can say then what Redis knows; the next one begins anew.
 *
 * <p>Thread-safe; everything happens on one event loop.
 */
public final class RedisPresence implements Cluster, Link {
    private static final Logger log = LoggerFactory.getLogger(RedisPresence.class);
    private static final int ID_LENGTH = 8;
    private static final int REFRESHES_PER_LIFE = 3;
    private static final Duration LEAVING_LIMIT = Duration.ofSeconds(1);
    private static final int THREADS = 2;

    private record Heard(ClientList everybody) implements Session {
        @Override
        public String describe() {
            return "Redis";
        }
    }

    private final RedisSettings settings;
    private final LinkSettings link;
    private final int maxListed;
    private final EventLoop loop;
    private final ClientResources resources = ClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .build();
    private final RedisClient client;
    /** Fresh with every start: whatever an earlier run left behind is not ours. */
    private final String me = freshId();

    private Router<Heard> router;
    private RemoteNews news;

    // Written on the event loop only
    private volatile boolean ready;
    private volatile long losses;

    // Event loop only
    private final Multiset<RedisClientKey> here = HashMultiset.create();
    private RedisConnection connection;
    private Heard heard;
    private boolean closed;
    private int failures;
    /** Why there is no connection, as far as the log says it. */
    private String told = "";

    /**
     * @param link how long to wait for what, and for how many answers
     * @param maxListed how many clients elsewhere are remembered
     */
    public RedisPresence(RedisSettings settings, LinkSettings link, int maxListed, EventLoop loop) {
        this.settings = settings;
        this.link = link;
        this.maxListed = maxListed;
        this.loop = loop;
        settings.uri().setTimeout(link.callTimeout());
        this.client = RedisClient.create(resources, settings.uri());
        client.setOptions(ClientOptions.builder()
                // Commands that were under way when a connection broke must not be sent again on the next.
                .autoReconnect(false)
                // News and answers share one connection, in their order.
                .protocolVersion(ProtocolVersion.RESP3)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .requestQueueSize(link.maxPending())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(link.timing().connectTimeout())
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(link.callTimeout()))
                .build());
    }

    private static String freshId() {
        byte[] id = new byte[ID_LENGTH];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    @Override
    public void start(RemoteNews news) {
        NewsCommands commands = new NewsCommands(news);
        this.news = news;
        this.router = NoticeMessages.addTo(Router.<Heard>forRole("other msg-server"), news::noticed)
                .on(
                        Commands.OTHER_ONLINE_USER_INFO,
                        (session, part, seq) -> session.everybody().add(part).ifPresent(news::listed))
                .on(Commands.BUDDY_LIST_STATUS_NOTIFY, (session, changed, seq) -> commands.onStatus(changed))
                .on(Commands.OTHER_LOGIN_STATUS_NOTIFY, (session, changed, seq) -> commands.onDesktop(changed))
                .on(Commands.OTHER_SERVER_KICK_USER, (session, kick, seq) -> commands.onKick(kick))
                .on(Commands.FILE_NOTIFY, (session, notify, seq) -> commands.onFile(notify))
                .on(Commands.MSG_DATA, (session, message, seq) -> commands.onMessage(message))
                .build();
        news.connecting();
        loop.execute(this::connect);
    }

    private void connect() {
        if (!closed) {
            client.connectPubSubAsync(ByteArrayCodec.INSTANCE, settings.uri()).whenCompleteAsync(this::connected, loop);
        }
    }

    private void connected(StatefulRedisPubSubConnection<byte[], byte[]> made, Throwable failure) {
        if (closed) {
            if (made != null) {
                made.closeAsync();
            }
        } else if (failure != null) {
            retry(failure);
        } else {
            RedisConnection fresh = new RedisConnection(made, settings.prefix(), me, new Ears());
            connection = fresh;
            heard = new Heard(new ClientList(maxListed));
            // Announcements from now on go out behind this one.
            orLose(fresh, fresh.join(settings.aliveFor(), here)).thenRun(() -> joined(fresh));
        }
    }

    private final class Ears implements RedisConnection.Listener {
        @Override
        public void published(RedisConnection on, byte[] frame) {
            loop.execute(() -> {
                if (on == connection) {
                    route(frame);
                }
            });
        }

        @Override
        public void ended(RedisConnection which) {
            loop.execute(() -> lose(which, new IllegalStateException("connection ended")));
        }
    }

    /** Anybody may publish anything: what nobody can read is passed over. */
    private void route(byte[] frame) {
        try {
            router.route(heard, Pdu.of(frame));
        } catch (ProtocolViolation e) {
            log.warn("Redis: {}; ignored", e.getMessage());
        }
    }

    private void joined(RedisConnection fresh) {
        if (fresh == connection) {
            ready = true;
            failures = 0;
            told = "";
            log.info(
                    "Redis: ready at {}:{}",
                    settings.uri().getHost(),
                    settings.uri().getPort());
            news.inReach();
            stayAlive(fresh);
        }
    }

    private void stayAlive(RedisConnection current) {
        if (current == connection) {
            orLose(current, current.stayAlive(settings.aliveFor()));
            loop.schedule(
                    () -> stayAlive(current),
                    settings.aliveFor().toMillis() / REFRESHES_PER_LIFE,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** @return completes on the event loop, after the connection was given up if it fails */
    private <T> CompletableFuture<T> orLose(RedisConnection on, CompletableFuture<T> answer) {
        return answer.whenCompleteAsync(
                (result, failure) -> {
                    if (failure != null) {
                        lose(on, failure);
                    }
                },
                loop);
    }

    private void lose(RedisConnection which, Throwable reason) {
        if (which != connection) {
            return;
        }
        connection = null;
        if (ready) {
            losses = losses + 1;
        }
        ready = false;
        which.close();
        if (!closed) {
            news.cutOff();
            retry(reason);
        }
    }

    private void retry(Throwable reason) {
        String why = Throwables.getRootCause(reason).toString();
        // Each reason once: a Redis that comes back with another password is news.
        if (!why.equals(told)) {
            told = why;
            log.warn(
                    "Redis: not there, or lost ({}:{}): {}; trying again",
                    settings.uri().getHost(),
                    settings.uri().getPort(),
                    why);
        } else {
            log.debug("Redis: {}", why);
        }
        Duration delay = link.timing().backoff().delay(failures++, ThreadLocalRandom.current());
        loop.schedule(this::connect, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void announce(UserId user, ClientKind kind, boolean online) {
        loop.execute(() -> {
            RedisClientKey announced = new RedisClientKey(user, kind);
            if (online) {
                here.add(announced);
            } else {
                here.remove(announced);
            }
            if (connection != null) {
                orLose(connection, connection.announce(announced, online));
            }
        });
    }

    @Override
    public CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> lookup(Collection<UserId> users) {
        return CompletableFuture.supplyAsync(
                        () -> ready
                                ? orLose(connection, connection.lookup(users))
                                : CompletableFuture.completedFuture(ImmutableSetMultimap.<UserId, ClientKind>of()),
                        loop)
                .thenCompose(answer -> answer);
    }

    @Override
    public void fanOut(FileNotice notice) {
        send(Set.of(notice.to()), Commands.FILE_NOTIFY, FileMessages.notice(notice));
    }

    @Override
    public void fanOut(Message message, Collection<UserId> receivers) {
        send(receivers, Commands.MSG_DATA, ChatMessages.toPassOn(message, receivers));
    }

    @Override
    public void fanOut(Notice notice) {
        if (notice.audience() instanceof Notice.Audience.ClientsOf some) {
            whenConnected(connection -> connection.send(some.users(), notice.frame()));
        } else {
            whenConnected(connection -> connection.sendToAll(notice.frame()));
        }
    }

    @Override
    public void kick(UserId user, ClientKind kind, KickReason reason) {
        send(Set.of(user), Commands.OTHER_SERVER_KICK_USER, KickMessages.kick(user, kind, reason));
    }

    private <M extends MessageLite> void send(Collection<UserId> users, Command<M> command, M message) {
        whenConnected(connection -> connection.send(users, Pdu.frame(command, message)));
    }

    private void whenConnected(Function<RedisConnection, CompletableFuture<Void>> send) {
        // What is sent before this msg-server has joined is carried out behind that.
        loop.execute(() -> {
            if (connection != null) {
                orLose(connection, send.apply(connection));
            }
        });
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public long losses() {
        return losses;
    }

    @Override
    public List<? extends Link> links() {
        return List.of(this);
    }

    @Override
    public void close() {
        CompletableFuture<Void> left = CompletableFuture.supplyAsync(
                        () -> {
                            closed = true;
                            return connection == null
                                    ? CompletableFuture.<Void>completedFuture(null)
                                    : connection.leave();
                        },
                        loop)
                .thenCompose(leaving -> leaving)
                .completeOnTimeout(null, LEAVING_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        // A connection that is broken already leaves when it counts as dead.
        left.handle((result, failure) -> client.shutdownAsync(0, LEAVING_LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                .thenCompose(shutdown -> shutdown)
                .join();
        resources
                .shutdown(0, LEAVING_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * LEAVING_LIMIT.toMillis());
    }
}
