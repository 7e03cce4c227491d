package im.e2e;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.ImClient;
import im.db.DbProxy;
import im.db.DbProxyConfig;
import im.file.FileServer;
import im.file.FileServerConfig;
import im.msg.MsgServer;
import im.msg.MsgServerConfig;
import im.netlib.AddressSource;
import im.netlib.Backoff;
import im.proto.base.UserStatType;
import im.route.RouteServer;
import im.route.RouteServerConfig;
import im.server.Settings;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import im.testkit.TestRedis;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two msg-servers, two file-servers and two db-proxies, and in the middle two route-servers or a Redis, with a network between them
 * that fails on demand: every link of a msg-server goes through a proxy of its own, and clients reach file-servers through one for
 * each. Servers know each other by proxies only, so one that is started again is found wherever it listens.
 *
 * <p>All are in this JVM. To kill a server is to reset its connections and refuse new ones, so that it can say no more to anybody, and
 * then to stop it; how a process dies, {@link ProcessCluster} shows.
 */
final class FaultyCluster implements AutoCloseable {
    static final int SERVERS = 2;
    static final List<String> USERS =
            List.of("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy");

    private static final String HOST = "127.0.0.1";
    private static final Backoff SOON = new Backoff(Duration.ofMillis(50), Duration.ofMillis(500));

    private final UserDatabase database;
    private final Path folder;
    private final Map<String, String> overrides;
    private final List<ImClient> clients = new ArrayList<>();
    /** Instead of the route-servers. */
    private final Optional<TestRedis> redis;

    private final DbProxy[] dbProxies = new DbProxy[SERVERS];
    private final FileServer[] fileServers = new FileServer[SERVERS];
    private final RouteServer[] routeServers = new RouteServer[SERVERS];
    private final MsgServer[] msgServers = new MsgServer[SERVERS];
    /** By msg-server, then by the server that it links to. */
    private final FaultProxy[][] toFileServers = new FaultProxy[SERVERS][SERVERS];

    private final FaultProxy[][] toMiddle = new FaultProxy[SERVERS][];
    private final FaultProxy[][] toDbProxies = new FaultProxy[SERVERS][SERVERS];
    private final FaultProxy[] clientsToFileServers = new FaultProxy[SERVERS];

    /** @param overrides settings of all servers of a kind, by full key */
    static FaultyCluster start(Path folder, Map<String, String> overrides) throws Exception {
        return start(folder, USERS, overrides, Optional.empty());
    }

    /** As {@link #start(Path, Map)}, with other users. */
    static FaultyCluster start(Path folder, List<String> users) throws Exception {
        return start(folder, users, Map.of(), Optional.empty());
    }

    /** As {@link #start}, with presence over Redis and no route-server. */
    static FaultyCluster startOverRedis(Path folder, Map<String, String> overrides) throws Exception {
        return start(folder, USERS, overrides, Optional.of(TestRedis.start()));
    }

    private static FaultyCluster start(
            Path folder, List<String> users, Map<String, String> overrides, Optional<TestRedis> redis)
            throws Exception {
        FaultyCluster cluster = new FaultyCluster(folder, users, overrides, redis);
        for (int i = 0; i < SERVERS; i++) {
            if (redis.isEmpty()) {
                cluster.startRouteServer(i);
            }
            cluster.startFileServer(i);
            cluster.startDbProxy(i);
        }
        for (int i = 0; i < SERVERS; i++) {
            cluster.startMsgServer(i);
        }
        Eventually.until("all file-servers are linked", () -> cluster.fileServersInUse(SERVERS));
        return cluster;
    }

    private FaultyCluster(Path folder, List<String> users, Map<String, String> overrides, Optional<TestRedis> redis)
            throws Exception {
        this.database = new UserDatabase(users);
        this.folder = folder;
        this.overrides = overrides;
        this.redis = redis;
        for (int i = 0; i < SERVERS; i++) {
            int index = i;
            clientsToFileServers[i] =
                    FaultProxy.to(() -> fileServers[index].clientAddresses().get(0));
            for (int j = 0; j < SERVERS; j++) {
                int other = j;
                toFileServers[i][j] = FaultProxy.to(
                        () -> fileServers[other].internalAddresses().get(0));
                toDbProxies[i][j] = FaultProxy.to(() -> dbProxies[other].address());
            }
            toMiddle[i] = new FaultProxy[redis.isPresent() ? 1 : SERVERS];
            for (int j = 0; j < toMiddle[i].length; j++) {
                int other = j;
                toMiddle[i][j] =
                        FaultProxy.to(() -> redis.isPresent() ? redis.get().address() : routeServers[other].address());
            }
        }
    }

    private Settings settings(String server, Map<String, String> own) {
        Map<String, String> all = new HashMap<>();
        all.put("db-proxy.port", "0");
        all.putAll(database.settings());
        all.put("route-server.port", "0");
        all.put("file-server.client.host", HOST);
        all.put("file-server.client.port", "0");
        all.put("file-server.internal.port", "0");
        all.put("msg-server.client.host", HOST);
        all.put("msg-server.client.port", "0");
        all.put("msg-server.threads", "2");
        all.put("msg-server.link.reconnect-first", "50ms");
        all.put("msg-server.link.reconnect-cap", "200ms");
        all.putAll(overrides);
        all.putAll(own);
        return Settings.load(Optional.empty(), all).at(server);
    }

    private static String addresses(FaultProxy... proxies) {
        return List.of(proxies).stream()
                .map(proxy -> address(proxy.address()).toString())
                .collect(Collectors.joining(","));
    }

    private static HostAndPort address(InetSocketAddress address) {
        return HostAndPort.fromParts(HOST, address.getPort());
    }

    // Servers come and go

    private void startFileServer(int index) throws IOException {
        fileServers[index] = FileServer.start(FileServerConfig.read(settings(
                "file-server",
                Map.of(
                        "file-server.client.advertise", addresses(clientsToFileServers[index]),
                        "file-server.store.folder",
                                folder.resolve("files-" + index).toString()))));
    }

    void startRouteServer(int index) throws IOException {
        routeServers[index] = RouteServer.start(RouteServerConfig.read(settings("route-server", Map.of())));
        for (FaultProxy[] ofMsgServer : toMiddle) {
            ofMsgServer[index].heal();
        }
    }

    void killRouteServer(int index) {
        for (FaultProxy[] ofMsgServer : toMiddle) {
            ofMsgServer[index].cut();
        }
        routeServers[index].close();
    }

    void killRedis() throws IOException {
        for (FaultProxy[] ofMsgServer : toMiddle) {
            ofMsgServer[0].cut();
        }
        redis.orElseThrow().kill();
    }

    /** It knows nothing any more. */
    void startRedis() throws IOException {
        redis.orElseThrow().startAgain();
        for (FaultProxy[] ofMsgServer : toMiddle) {
            ofMsgServer[0].heal();
        }
    }

    private DbProxyConfig dbProxyConfig() {
        return DbProxyConfig.read(settings("db-proxy", Map.of()));
    }

    void startDbProxy(int index) throws IOException {
        dbProxies[index] = DbProxy.start(dbProxyConfig());
        for (FaultProxy[] ofMsgServer : toDbProxies) {
            ofMsgServer[index].heal();
        }
    }

    void killDbProxy(int index) {
        for (FaultProxy[] ofMsgServer : toDbProxies) {
            ofMsgServer[index].cut();
        }
        dbProxies[index].close();
    }

    private void startMsgServer(int index) throws IOException {
        Map<String, String> own = new HashMap<>(Map.of(
                "msg-server.file-servers", addresses(toFileServers[index]),
                "msg-server.db-proxies", addresses(toDbProxies[index])));
        if (redis.isPresent()) {
            own.put("msg-server.presence", "redis");
            own.put("msg-server.redis.url", "redis://" + addresses(toMiddle[index]));
            own.put("msg-server.redis.prefix", redis.get().prefix());
        } else {
            own.put("msg-server.route-servers", addresses(toMiddle[index]));
        }
        msgServers[index] = MsgServer.start(MsgServerConfig.read(settings("msg-server", own)));
    }

    void killMsgServer(int index) {
        linksOf(index).forEach(FaultProxy::cut);
        msgServers[index].close();
    }

    /** Where nobody knows it, but for the servers it links to. */
    void startMsgServerAgain(int index) throws IOException {
        linksOf(index).forEach(FaultProxy::heal);
        startMsgServer(index);
    }

    private List<FaultProxy> linksOf(int msgServer) {
        return Stream.of(toFileServers[msgServer], toDbProxies[msgServer], toMiddle[msgServer])
                .flatMap(Stream::of)
                .toList();
    }

    // The network

    /** Between clients and this file-server. */
    FaultProxy clientsToFileServer(int index) {
        return clientsToFileServers[index];
    }

    /** Between this msg-server and all route-servers, or Redis. */
    List<FaultProxy> toMiddle(int msgServer) {
        return List.of(toMiddle[msgServer]);
    }

    /** Between all msg-servers and all db-proxies. */
    List<FaultProxy> toDbProxies() {
        return List.of(toDbProxies).stream().flatMap(Stream::of).toList();
    }

    private boolean fileServersInUse(int count) {
        return List.of(msgServers).stream().allMatch(server -> server.readyFileServers() == count);
    }

    // Clients

    InetSocketAddress msgServerAddress(int index) {
        return msgServers[index].clientAddress();
    }

    ImClient login(String user, int msgServer) throws Exception {
        return login(user, msgServer, ClientListener.NONE);
    }

    ImClient login(String user, int msgServer, ClientListener listener) throws Exception {
        return login(user, AddressSource.always(address(msgServerAddress(msgServer))), listener);
    }

    ImClient login(String user, AddressSource msgServers, ClientListener listener) throws Exception {
        ClientOptions options = ClientOptions.of(msgServers, user, user + "pw").withBackoff(SOON);
        ImClient client = Await.result(ImClient.connect(options, listener));
        clients.add(client);
        return client;
    }

    /** Whether {@code asked} is told that the user is there; false too when nobody answers. */
    static boolean sees(ImClient asked, int user) {
        return asked.presence(List.of(user))
                .handle((presence, failure) -> failure == null && presence.get(user) == UserStatType.USER_STATUS_ONLINE)
                .join();
    }

    static void awaitMutuallySeen(ImClient one, ImClient other) {
        awaitMutuallySeen(one, other, Eventually.PATIENCE);
    }

    static void awaitMutuallySeen(ImClient one, ImClient other, Duration patience) {
        Eventually.until(
                one.self().loginName() + " and " + other.self().loginName() + " see each other",
                patience,
                () -> sees(one, other.self().id()) && sees(other, one.self().id()));
    }

    @Override
    public void close() throws IOException {
        clients.forEach(ImClient::close);
        for (int i = 0; i < SERVERS; i++) {
            msgServers[i].close();
        }
        for (int i = 0; i < SERVERS; i++) {
            fileServers[i].close();
            dbProxies[i].close();
            if (redis.isEmpty()) {
                routeServers[i].close();
            }
        }
        redis.ifPresent(TestRedis::close);
        for (int i = 0; i < SERVERS; i++) {
            clientsToFileServers[i].close();
            for (int j = 0; j < SERVERS; j++) {
                toFileServers[i][j].close();
                toDbProxies[i][j].close();
            }
            toMiddle(i).forEach(FaultProxy::close);
        }
        database.close();
    }
}
