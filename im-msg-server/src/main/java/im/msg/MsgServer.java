package im.msg;

import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import im.msg.domain.AfterStoring;
import im.msg.domain.AwayReceivers;
import im.msg.domain.FileOffers;
import im.msg.domain.MessageDelivery;
import im.msg.domain.MessageSending;
import im.msg.domain.MissedNews;
import im.msg.domain.Notices;
import im.msg.domain.OfflineRecords;
import im.msg.domain.OnlineUsers;
import im.msg.domain.Outbox;
import im.msg.domain.Presence;
import im.msg.domain.PushGateway;
import im.msg.domain.Receivers;
import im.msg.domain.RecentTasks;
import im.msg.domain.RemoteNews;
import im.msg.domain.StoredFiles;
import im.msg.domain.Unacknowledged;
import im.msg.http.GroupQueries;
import im.msg.http.HttpSettings;
import im.msg.http.MessageQueries;
import im.msg.http.Queries;
import im.msg.push.WebhookGateway;
import im.msg.redis.RedisPresence;
import im.msg.session.BuddyCommands;
import im.msg.session.DatabaseCommands;
import im.msg.session.FileCommands;
import im.msg.session.LoginAttempts;
import im.msg.session.LoginCommands;
import im.msg.session.LoginMeters;
import im.msg.session.MessageCommands;
import im.msg.session.SessionCommands;
import im.msg.session.UserCommands;
import im.msg.upstream.Cluster;
import im.msg.upstream.DatabaseHistory;
import im.msg.upstream.DbProxyLink;
import im.msg.upstream.DbProxyPool;
import im.msg.upstream.EventLoopTimer;
import im.msg.upstream.FileServerLink;
import im.msg.upstream.FileServerPool;
import im.msg.upstream.LinkSettings;
import im.msg.upstream.LoginServerPool;
import im.msg.upstream.MessageStore;
import im.msg.upstream.PushServerLink;
import im.msg.upstream.PushServers;
import im.msg.upstream.RouteServers;
import im.msg.upstream.StoreCommands;
import im.netlib.Admission;
import im.netlib.BufferMemory;
import im.netlib.ConnectionSettings;
import im.netlib.Link;
import im.netlib.LinkPool;
import im.netlib.PduServer;
import im.netlib.Tls;
import im.netlib.Transport;
import im.server.RunningServer;
import im.server.http.HttpPort;
import im.server.management.Telemetry;
import io.micrometer.core.instrument.Gauge;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running msg-server. Thread-safe. */
public final class MsgServer implements RunningServer {
    private static final Logger log = LoggerFactory.getLogger(MsgServer.class);

    private final MsgServerConfig config;
    private final EventLoopGroup loops;
    private final LinkPool<FileServerLink> fileServers;
    private final LinkPool<DbProxyLink> dbProxies;
    private final Cluster cluster;
    private final LoginServerPool loginServers;
    private final OnlineUsers online;
    private final Presence presence;
    private final MessageDelivery delivery;
    private final RemoteNews news;
    private final OfflineRecords offlineRecords;
    private final LinkPool<PushServerLink> pushServers;
    private final Optional<WebhookGateway> webhook;
    private final StoreCommands storeCommands;
    private final LoginCommands login;
    private final Optional<OtherSystems> otherSystems;
    private final AtomicBoolean closed = new AtomicBoolean();
    private PduServer clients;
    private Optional<HttpPort> http = Optional.empty();

    /** Their requests have a thread for themselves: none holds up a client. */
    private record OtherSystems(HttpSettings settings, Tls tls, Queries queries, EventLoopGroup loop) {
        private HttpPort listen() throws IOException {
            return HttpPort.bind(
                    "msg-server for other systems",
                    loop,
                    settings.listen(),
                    settings.limits(),
                    tls,
                    Admission.ofOurOwn(settings.maxConnections()),
                    queries);
        }
    }

    private MsgServer(MsgServerConfig config, Telemetry telemetry) {
        this.config = config;
        this.loops = Transport.eventLoops("msg-server", config.threads());
        this.fileServers = links(config.fileServers(), FileServerLink::new);
        this.dbProxies = links(config.dbProxies(), DbProxyLink::new);
        this.pushServers = links(
                config.pushServers(),
                (address, loop, settings) -> new PushServerLink(address, loop, settings.withoutTls()));

        Clock clock = Clock.systemUTC();
        this.cluster = cluster();
        this.online = new OnlineUsers();
        this.loginServers =
                new LoginServerPool(config.loginServers(), this::presentation, online, loops::next, config.link());
        this.presence =
                new Presence(online, cluster, loginServers, new EventLoopTimer(loops.next()), config.elsewhere());
        EventLoopTimer timer = new EventLoopTimer(loops.next());
        Outbox outbox = new Outbox(cluster, config.link().maxPending() / 2);
        this.delivery = new MessageDelivery(online, outbox, new Unacknowledged(config.unacknowledged(), timer));
        Notices notices = new Notices(online, cluster);
        DbProxyPool database = new DbProxyPool(dbProxies);
        this.webhook = config.webhook().map(settings -> new WebhookGateway(settings, timer, telemetry.meters()));
        AfterStoring afterStoring = pushGateway()
                .<AfterStoring>map(gateway -> new AwayReceivers(online, cluster, database, gateway))
                .orElse((message, receivers) -> {});
        MessageSending sending = new MessageSending(
                new MessageStore(dbProxies), delivery, afterStoring, config.rememberedMessages(), timer);
        this.offlineRecords =
                new OfflineRecords(database, new EventLoopTimer(loops.next()), config.offlineRecords(), new Random());
        FileServerPool servers = new FileServerPool(fileServers, config.tokensValidFor(), clock);
        RecentTasks tasks = new RecentTasks(config.rememberedTasks(), config.rememberTasksFor());
        Receivers receivers = new Receivers(online, outbox);
        FileOffers offers = new FileOffers(online, cluster, servers, tasks, receivers, database);
        StoredFiles stored = new StoredFiles(servers, database, offlineRecords, tasks, receivers, database);
        this.storeCommands = new StoreCommands(stored);
        MissedNews missed = new MissedNews(
                online,
                new DatabaseHistory(database),
                stored::noticesFor,
                clock,
                config.link().limits().idle(),
                timer);
        this.news = new RemoteNews(online, presence, delivery, notices, outbox, missed);

        UserCommands afterLogin = new UserCommands(
                new SessionCommands(presence, clock),
                new BuddyCommands(presence),
                new MessageCommands(sending, delivery),
                new DatabaseCommands(database, notices),
                new FileCommands(offers, stored));
        this.login = new LoginCommands(
                database,
                presence,
                delivery,
                afterLogin,
                config.clientLimits(),
                clock,
                new LoginMeters(telemetry.meters()),
                new LoginAttempts(config.wrongPasswords()));
        this.otherSystems = config.http()
                .map(settings -> new OtherSystems(
                        settings,
                        config.clientTls(),
                        new Queries(settings.keys(), new GroupQueries(database, notices), new MessageQueries(sending)),
                        Transport.eventLoops("msg-server-http", 1)));
    }

    private Optional<PushGateway> pushGateway() {
        List<PushGateway> gateways = new ArrayList<>();
        webhook.ifPresent(gateways::add);
        if (!pushServers.all().isEmpty()) {
            gateways.add(new PushServers(pushServers, config.pushFlash()));
        }
        return gateways.isEmpty()
                ? Optional.empty()
                : Optional.of(push -> gateways.forEach(gateway -> gateway.push(push)));
    }

    private Cluster cluster() {
        int maxListed = config.elsewhere().maxUsers();
        return switch (config.presence()) {
            case MEMORY -> new RouteServers(config.routeServers(), loops::next, config.link(), maxListed);
            case REDIS -> new RedisPresence(config.redis(), config.link(), maxListed, loops.next());
        };
    }

    private interface LinkMaker<L> {
        L make(HostAndPort address, EventLoop loop, LinkSettings settings);
    }

    private <L extends Link> LinkPool<L> links(List<HostAndPort> addresses, LinkMaker<L> maker) {
        return new LinkPool<>(
                addresses.stream()
                        .map(address -> maker.make(address, loops.next(), config.link()))
                        .collect(ImmutableList.toImmutableList()),
                new Random());
    }

    /**
     * Starts listening and connecting. Other servers need not be there yet; see {@link #isUsable()}.
     *
     * @throws IOException when a port cannot be bound
     */
    public static MsgServer start(MsgServerConfig config) throws IOException {
        return start(config, new Telemetry());
    }

    /** As above. */
    public static MsgServer start(MsgServerConfig config, Telemetry telemetry) throws IOException {
        MsgServer server = new MsgServer(config, telemetry);
        try {
            server.listen();
            server.describe(telemetry);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void listen() throws IOException {
        config.clientTls().watchWith(loops);
        config.link().connection().tls().watchWith(loops);
        clients = PduServer.bind(
                "msg-server for clients",
                loops,
                config.client(),
                ConnectionSettings.forClients().with(config.clientTls()),
                new Admission(config.maxConnections(), BufferMemory.ofProcess(config.buffersPercent())),
                login::onConnected);
        if (otherSystems.isPresent()) {
            http = Optional.of(otherSystems.get().listen());
        }
        fileServers.all().forEach(link -> link.start(storeCommands));
        dbProxies.all().forEach(DbProxyLink::start);
        pushServers.all().forEach(PushServerLink::start);
        cluster.start(news);
        loginServers.start();
    }

    /** Without a file-server users can still talk, so it is not needed. */
    private void describe(Telemetry telemetry) {
        telemetry.needs("no db-proxy is connected", () -> dbProxies.pickReady().isPresent());
        telemetry.shows(new LiveSessions(online));
        telemetry.watch(loops);
        telemetry.meterPorts("client", List.of(clients));
        telemetry.meterTls("client-ports", config.clientTls());
        telemetry.meterTls("between-servers", config.link().connection().tls());
        meterLinks(telemetry, "db-proxy", dbProxies.all());
        meterLinks(telemetry, "file-server", fileServers.all());
        meterLinks(telemetry, "login-server", loginServers.links());
        meterLinks(
                telemetry,
                config.presence() == MsgServerConfig.PresenceChoice.REDIS ? "redis" : "route-server",
                cluster.links());
        meterLinks(telemetry, "push-server", pushServers.all());
        Gauge.builder("im.sessions", online, OnlineUsers::count)
                .description("clients that are logged in")
                .register(telemetry.meters());
    }

    private static void meterLinks(Telemetry telemetry, String to, List<? extends Link> links) {
        if (links.isEmpty()) {
            return;
        }
        Gauge.builder("im.links.ready", () -> ready(links))
                .description("servers of this kind that are connected and take requests")
                .tag("to", to)
                .register(telemetry.meters());
        telemetry
                .counter("im.links.lost", () -> losses(links))
                .description("connections to servers of this kind that were lost, and are made anew")
                .tag("to", to)
                .register(telemetry.meters());
        Gauge.builder("im.links.waiting", () -> waiting(links))
                .description("requests to servers of this kind that are not answered yet")
                .tag("to", to)
                .register(telemetry.meters());
        telemetry
                .counter("im.links.refused", () -> refused(links))
                .description("requests that were not sent to servers of this kind because too many waited")
                .tag("to", to)
                .register(telemetry.meters());
    }

    private static int waiting(List<? extends Link> links) {
        return links.stream().mapToInt(Link::waiting).sum();
    }

    private static long refused(List<? extends Link> links) {
        return links.stream().mapToLong(Link::refused).sum();
    }

    private static int ready(List<? extends Link> links) {
        return (int) links.stream().filter(Link::isReady).count();
    }

    private static long losses(List<? extends Link> links) {
        return links.stream().mapToLong(Link::losses).sum();
    }

    private LoginServerPool.Presentation presentation() {
        return new LoginServerPool.Presentation(
                config.advertise(), clients.address(), config.maxConnections().max());
    }

    OnlineUsers online() {
        return online;
    }

    /** Where clients connect to; really bound. */
    public InetSocketAddress clientAddress() {
        return clients.address();
    }

    /** Where other systems ask, if they may; really bound. */
    public Optional<InetSocketAddress> httpAddress() {
        return http.map(HttpPort::address);
    }

    /** Whether logins and files can succeed: at least one server of each kind is connected. */
    public boolean isUsable() {
        return dbProxies.pickReady().isPresent() && fileServers.pickReady().isPresent();
    }

    /** How many db-proxies are connected and take requests. */
    public int readyDbProxies() {
        return ready(dbProxies.all());
    }

    /** How many file-servers are connected and have said where clients reach them. */
    public int readyFileServers() {
        return ready(fileServers.all());
    }

    /** Sends clients to others: they come back to this address when they know no other. Other systems have their answers first. */
    @Override
    public CompletableFuture<Void> drain() {
        // First of all, so that no more clients are sent here.
        loginServers.close();
        CompletableFuture<Void> otherSystemsGone =
                http.map(HttpPort::drain).orElse(CompletableFuture.completedFuture(null));
        return CompletableFuture.allOf(otherSystemsGone, clients.drain(config.drainOver()));
    }

    /** Lets clients have what is queued for them, then ends everything. Takes a few seconds at most. Not on an event loop. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        loginServers.close();
        http.ifPresent(HttpPort::close);
        if (clients != null) {
            clients.close();
        }
        offlineRecords.close();
        fileServers.all().forEach(FileServerLink::close);
        dbProxies.all().forEach(DbProxyLink::close);
        webhook.ifPresent(WebhookGateway::close);
        pushServers.all().forEach(PushServerLink::close);
        cluster.close();
        otherSystems.ifPresent(other -> other.loop().shutdownGracefully(0, 1, TimeUnit.SECONDS));
        // Links close on their loops. One that was told to stop first would end them itself, and have them for lost.
        loops.forEach(loop -> loop.submit(() -> {}).awaitUninterruptibly(1, TimeUnit.SECONDS));
        if (!loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS)) {
            log.warn("msg-server: some threads did not stop");
        }
    }
}
