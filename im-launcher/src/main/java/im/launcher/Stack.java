package im.launcher;

import com.google.common.net.HostAndPort;
import im.db.DbProxy;
import im.db.DbProxyConfig;
import im.file.FileServer;
import im.file.FileServerConfig;
import im.login.LoginServer;
import im.login.LoginServerConfig;
import im.msg.MsgServer;
import im.msg.MsgServerConfig;
import im.route.RouteServer;
import im.route.RouteServerConfig;
import im.server.Settings;
import im.server.management.ManagementPort;
import im.server.management.Telemetry;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All servers of a deployment in this JVM, each on its own ports and speaking to the others over them, as if they were processes of
 * their own. The first of each kind takes the configured ports, further ones take free ports; other systems ask the first msg-server.
 */
public final class Stack implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Stack.class);

    private final Map<String, String> settings;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final List<Managed> managed = new ArrayList<>();
    private final List<RouteServer> routeServers = new ArrayList<>();
    private final List<FileServer> fileServers = new ArrayList<>();
    private final List<MsgServer> msgServers = new ArrayList<>();
    private DbProxy dbProxy;
    private LoginServer loginServer;

    private interface Starter<C, S> {
        S start(C configuration, Telemetry telemetry) throws Exception;
    }

    /**
     * How one server is watched.
     *
     * @param server which kind it is
     * @param address of its management port
     */
    public record Managed(String server, InetSocketAddress address) {}

    private Stack(Map<String, String> settings) {
        this.settings = new HashMap<>(settings);
    }

    /**
     * Starts the servers and connects them; they are ready for clients a moment later, see {@link #isUsable()}.
     *
     * @param overrides settings by full key; where servers find each other need not be among them
     * @throws Exception when a server cannot start; then none is left running
     */
    public static Stack start(Topology topology, Map<String, String> overrides) throws Exception {
        Stack stack = new Stack(overrides);
        try {
            stack.startAll(topology);
            return stack;
        } catch (Exception e) {
            stack.close();
            throw e;
        }
    }

    private void startAll(Topology topology) throws Exception {
        dbProxy = start("db-proxy", at("db-proxy", 0), DbProxyConfig::read, DbProxy::start);
        settings.putIfAbsent("msg-server.db-proxies", addresses(List.of(dbProxy.address())));

        for (int i = 0; i < topology.routeServers(); i++) {
            routeServers.add(
                    start("route-server", at("route-server", i, "port"), RouteServerConfig::read, RouteServer::start));
        }
        settings.putIfAbsent(
                "msg-server.route-servers",
                addresses(routeServers.stream().map(RouteServer::address).toList()));

        topology.redis().ifPresent(url -> {
            settings.put("msg-server.presence", "redis");
            settings.put("msg-server.redis.url", url);
        });

        if (topology.hasLoginServer()) {
            loginServer = start("login-server", at("login-server", 0), LoginServerConfig::read, LoginServer::start);
            settings.putIfAbsent("msg-server.login-servers", addresses(List.of(loginServer.internalAddress())));
        }

        for (int i = 0; i < topology.fileServers(); i++) {
            fileServers.add(start(
                    "file-server",
                    at("file-server", i, "client.port", "internal.port", "store.folder"),
                    FileServerConfig::read,
                    FileServer::start));
        }
        settings.putIfAbsent(
                "msg-server.file-servers",
                addresses(fileServers.stream()
                        .flatMap(server -> server.internalAddresses().stream())
                        .toList()));

        for (int i = 0; i < topology.msgServers(); i++) {
            msgServers.add(start(
                    "msg-server",
                    at("msg-server", i, "client.port", "http.listen"),
                    MsgServerConfig::read,
                    MsgServer::start));
        }
    }

    /**
     * The settings of one server.
     *
     * @param index of the server among those of its kind
     * @param owned keys of ports and folders of which each but the first needs one of its own
     */
    private Settings at(String server, int index, String... owned) {
        Map<String, String> its = new HashMap<>(settings);
        if (index > 0) {
            Settings first = Settings.load(Optional.empty(), settings).at(server);
            for (String key : owned) {
                its.put(server + "." + key, ofItsOwn(key, first, index));
            }
            its.put(server + ".management.port", "0");
        }
        return Settings.load(Optional.empty(), its).at(server);
    }

    private static String ofItsOwn(String key, Settings first, int index) {
        if (key.endsWith("folder")) {
            return first.text(key) + "-" + (index + 1);
        }
        return key.endsWith("listen") ? "" : "0";
    }

    /** A server starts as it would in a process of its own, with its management port first. */
    private <C, S extends AutoCloseable> S start(
            String name, Settings its, Function<Settings, C> reader, Starter<C, S> starter) throws Exception {
        C configuration = reader.apply(its);
        Telemetry telemetry = new Telemetry();
        telemetry.meterProcess();
        ManagementPort port = running(ManagementPort.start(name, its.listenAddress("management"), telemetry));
        S server = running(starter.start(configuration, telemetry));
        telemetry.started();
        managed.add(new Managed(name, port.address()));
        return server;
    }

    private <S extends AutoCloseable> S running(S server) {
        started.push(server);
        return server;
    }

    /** How servers in this JVM reach others that listen here. */
    static String addresses(List<InetSocketAddress> listening) {
        return listening.stream()
                .map(address -> HostAndPort.fromParts(
                        address.getAddress().isAnyLocalAddress()
                                ? "127.0.0.1"
                                : address.getAddress().getHostAddress(),
                        address.getPort()))
                .map(HostAndPort::toString)
                .collect(Collectors.joining(","));
    }

    /** Whether every msg-server has found a db-proxy and a file-server. */
    public boolean isUsable() {
        return msgServers.stream().allMatch(MsgServer::isUsable);
    }

    /** All servers, in the order in which they were started. */
    public List<Managed> managed() {
        return List.copyOf(managed);
    }

    public DbProxy dbProxy() {
        return dbProxy;
    }

    public List<RouteServer> routeServers() {
        return List.copyOf(routeServers);
    }

    /** Empty for a single msg-server. */
    public Optional<LoginServer> loginServer() {
        return Optional.ofNullable(loginServer);
    }

    public List<FileServer> fileServers() {
        return List.copyOf(fileServers);
    }

    public List<MsgServer> msgServers() {
        return List.copyOf(msgServers);
    }

    /** Stops what clients see first, and what the others need last. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                log.error("a server did not stop in order", e);
            }
        }
    }
}
