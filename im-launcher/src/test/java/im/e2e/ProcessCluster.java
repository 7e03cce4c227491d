package im.e2e;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.ImClient;
import im.client.LoginServer;
import im.netlib.AddressSource;
import im.netlib.Backoff;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import im.testkit.HeldPort;
import im.testkit.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Two msg-servers, file-servers, route-servers and db-proxies, and a login-server, each in a process of its own that can be killed
 * and started again where it was. A proxy for each server is between it and the msg-servers, and another one between each
 * file-server and its clients.
 */
final class ProcessCluster implements AutoCloseable {
    enum Kind {
        ROUTE_SERVER(im.route.Main.class, 2),
        DB_PROXY(im.db.Main.class, 2),
        FILE_SERVER(im.file.Main.class, 2),
        LOGIN_SERVER(im.login.Main.class, 1),
        MSG_SERVER(im.msg.Main.class, 2);

        private final Class<?> main;
        private final int count;

        Kind(Class<?> main, int count) {
            this.main = main;
            this.count = count;
        }

        private String settings() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private List<Member> members() {
            return IntStream.range(0, count)
                    .mapToObj(index -> new Member(this, index))
                    .toList();
        }
    }

    /** One server. */
    record Member(Kind kind, int index) {
        static List<Member> all() {
            return List.of(Kind.values()).stream()
                    .flatMap(kind -> kind.members().stream())
                    .toList();
        }

        /** Of those that are two. */
        Member other() {
            return new Member(kind, 1 - index);
        }

        @Override
        public String toString() {
            return kind + "-" + index;
        }
    }

    private static final String HOST = "127.0.0.1";
    private static final Backoff SOON = new Backoff(Duration.ofMillis(50), Duration.ofMillis(500));
    private static final Path LOGS = Path.of("target", "processes");

    private final UserDatabase database;
    private final Path folder;
    private final Path logs;
    private final HttpClient http = HttpClient.newHttpClient();
    /** A file-server's is that for clients, a login-server's that for HTTP. */
    private final Map<Member, HeldPort> ports = new HashMap<>();
    /** For msg-servers. Where a server has but one port, the same. */
    private final Map<Member, HeldPort> internalPorts = new HashMap<>();

    private final Map<Member, HeldPort> managementPorts = new HashMap<>();

    private final Map<Member, FaultProxy> links = new HashMap<>();
    private final Map<Member, FaultProxy> toFileServers = new HashMap<>();
    private final Map<Member, ServerProcess> processes = new LinkedHashMap<>();
    private final List<ImClient> clients = new ArrayList<>();

    /**
     * @param test whose cluster it is: its logs stay in a folder of that name below {@code target/processes}
     * @param users their passwords are their names with {@code pw} behind
     */
    static ProcessCluster start(Class<?> test, Path folder, List<String> users) throws Exception {
        ProcessCluster cluster = new ProcessCluster(LOGS.resolve(test.getSimpleName()), folder, users);
        for (Member member : Member.all()) {
            cluster.launch(member);
        }
        for (Member member : Member.all()) {
            cluster.awaitPartOfIt(member);
        }
        return cluster;
    }

    private ProcessCluster(Path logs, Path folder, List<String> users) throws Exception {
        this.database = new UserDatabase(users);
        this.folder = folder;
        this.logs = logs;
        for (Member member : Member.all()) {
            HeldPort port = new HeldPort();
            boolean hasTwo = member.kind == Kind.FILE_SERVER || member.kind == Kind.LOGIN_SERVER;
            ports.put(member, port);
            managementPorts.put(member, new HeldPort());
            internalPorts.put(member, hasTwo ? new HeldPort() : port);
            if (member.kind == Kind.FILE_SERVER) {
                toFileServers.put(member, FaultProxy.to(port.address()));
            }
            if (member.kind != Kind.MSG_SERVER) {
                links.put(member, FaultProxy.to(internalPorts.get(member).address()));
            }
            Files.deleteIfExists(log(member));
        }
    }

    private Path log(Member member) {
        return logs.resolve(member + ".log");
    }

    private Map<String, String> settings(Member member) {
        String port = port(ports.get(member));
        String internal = port(internalPorts.get(member));
        return switch (member.kind) {
            case ROUTE_SERVER -> Map.of("route-server.port", port);
            case DB_PROXY -> {
                Map<String, String> all = new HashMap<>(database.settings());
                all.put("db-proxy.port", port);
                yield all;
            }
            case FILE_SERVER ->
                Map.of(
                        "file-server.client.host", HOST,
                        "file-server.client.port", port,
                        "file-server.client.advertise",
                                hostAndPort(toFileServers.get(member).address()).toString(),
                        "file-server.internal.port", internal,
                        "file-server.store.folder",
                                folder.resolve(member.toString()).toString());
            case LOGIN_SERVER ->
                Map.of(
                        "login-server.http.host", HOST,
                        "login-server.http.port", port,
                        "login-server.client.port", "0",
                        "login-server.internal.port", internal);
            case MSG_SERVER ->
                Map.of(
                        "msg-server.client.host",
                        HOST,
                        "msg-server.client.port",
                        port,
                        "msg-server.file-servers",
                        linksTo(Kind.FILE_SERVER),
                        "msg-server.db-proxies",
                        linksTo(Kind.DB_PROXY),
                        "msg-server.route-servers",
                        linksTo(Kind.ROUTE_SERVER),
                        "msg-server.login-servers",
                        linksTo(Kind.LOGIN_SERVER),
                        "msg-server.client.drain-over",
                        "200ms",
                        "msg-server.link.reconnect-first",
                        "50ms",
                        "msg-server.link.reconnect-cap",
                        "200ms");
        };
    }

    private static String port(HeldPort port) {
        return String.valueOf(port.address().getPort());
    }

    private String linksTo(Kind kind) {
        return String.join(
                ",",
                kind.members().stream()
                        .map(member -> hostAndPort(links.get(member).address()).toString())
                        .toList());
    }

    private static HostAndPort hostAndPort(InetSocketAddress address) {
        return HostAndPort.fromParts(HOST, address.getPort());
    }

    // Servers come and go

    private void launch(Member member) throws IOException {
        Map<String, String> settings = new HashMap<>(settings(member));
        settings.put(member.kind.settings() + ".management.port", port(managementPorts.get(member)));
        processes.put(member, ServerProcess.start(member.kind.main, settings, log(member)));
    }

    /** Until the others know it, too. */
    private void awaitPartOfIt(Member member) {
        for (HeldPort port : List.of(ports.get(member), internalPorts.get(member))) {
            Eventually.until(member + " listens", () -> listens(member, port.address()));
        }
        if (member.kind == Kind.MSG_SERVER) {
            links.keySet().forEach(this::awaitLinked);
        } else {
            awaitLinked(member);
        }
    }

    private boolean listens(Member member, InetSocketAddress port) {
        if (!processes.get(member).isAlive()) {
            throw new AssertionError(member + " has ended; see " + log(member).toAbsolutePath());
        }
        try (Socket connection = new Socket()) {
            connection.connect(port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitLinked(Member member) {
        Eventually.until(
                "the msg-servers are linked to " + member,
                () -> links.get(member).connections() == Kind.MSG_SERVER.count);
        if (member.kind == Kind.LOGIN_SERVER) {
            Eventually.until(
                    "both have told the login-server where they are", () -> health().contains("\"msgServers\":2"));
        }
    }

    private String health() {
        Member loginServer = new Member(Kind.LOGIN_SERVER, 0);
        URI page = URI.create("http://" + hostAndPort(ports.get(loginServer).address()) + "/health");
        return http.sendAsync(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                .handle((response, failure) -> failure == null ? response.body() : "")
                .join();
    }

    void kill(Member member) {
        processes.get(member).kill();
    }

    /** Stops one in order, starts it again, and waits until it is part of the cluster. */
    void restart(Member member) throws IOException {
        processes.get(member).stop();
        startAgain(member);
    }

    /** Starts one that is not running, and waits until it is part of the cluster again. */
    void startAgain(Member member) throws IOException {
        launch(member);
        awaitPartOfIt(member);
    }

    ServerProcess process(Member member) {
        return processes.get(member);
    }

    /** What it shows at its management port. */
    String metrics(Member member) throws Exception {
        URI page =
                URI.create("http://" + hostAndPort(managementPorts.get(member).address()) + "/metrics");
        return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                .body();
    }

    // The network

    FaultProxy clientsToFileServer(int index) {
        return toFileServers.get(new Member(Kind.FILE_SERVER, index));
    }

    /** Lets no new transfers come to this file-server, until it is {@linkplain #connect connected} again. Transfers that it has go on. */
    void disconnect(int fileServer) {
        links.get(new Member(Kind.FILE_SERVER, fileServer)).cut();
    }

    void connect(int fileServer) {
        Member member = new Member(Kind.FILE_SERVER, fileServer);
        links.get(member).heal();
        awaitLinked(member);
    }

    // Clients

    HostAndPort msgServer(int index) {
        return hostAndPort(ports.get(new Member(Kind.MSG_SERVER, index)).address());
    }

    AddressSource loginServer() {
        HostAndPort address =
                hostAndPort(ports.get(new Member(Kind.LOGIN_SERVER, 0)).address());
        return new LoginServer(address, Duration.ofSeconds(5));
    }

    ImClient login(String user, int msgServer) throws Exception {
        return login(user, AddressSource.always(msgServer(msgServer)), ClientListener.NONE);
    }

    ImClient login(String user, AddressSource msgServers, ClientListener listener) throws Exception {
        return login(options(user, msgServers), listener);
    }

    static ClientOptions options(String user, AddressSource msgServers) {
        return ClientOptions.of(msgServers, user, user + "pw").withBackoff(SOON);
    }

    ImClient login(ClientOptions options, ClientListener listener) throws Exception {
        ImClient client = Await.result(ImClient.connect(options, listener));
        clients.add(client);
        return client;
    }

    void logOutEverybody() {
        clients.forEach(ImClient::close);
        clients.clear();
    }

    @Override
    public void close() {
        logOutEverybody();
        for (ServerProcess process : processes.values()) {
            process.kill();
        }
        toFileServers.values().forEach(FaultProxy::close);
        links.values().forEach(FaultProxy::close);
        ports.values().forEach(HeldPort::close);
        internalPorts.values().forEach(HeldPort::close);
        managementPorts.values().forEach(HeldPort::close);
        database.close();
    }
}
