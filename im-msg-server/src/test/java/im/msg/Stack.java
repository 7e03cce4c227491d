package im.msg;

import im.server.Settings;
import im.server.management.Telemetry;
import im.testkit.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real msg-server between fake servers, on free ports, with a short temper. */
final class Stack implements AutoCloseable {

    final FakeDbProxy db;
    final List<FakeFileServer> files;
    final MsgServer server;
    private final Telemetry telemetry;
    private final List<Client> clients = new ArrayList<>();

    private Stack(FakeDbProxy db, List<FakeFileServer> files, MsgServer server, Telemetry telemetry) {
        this.db = db;
        this.files = files;
        this.server = server;
        this.telemetry = telemetry;
    }

    /** With one file-server that says it is at 10.0.0.1:8600. */
    static Stack start(Map<String, String> overrides) throws IOException {
        return start(overrides, new FakeFileServer("10.0.0.1", 8600, "one"));
    }

    static Stack start(Map<String, String> overrides, FakeFileServer... files) throws IOException {
        return start(overrides, new FakeDbProxy(), files);
    }

    /** With several db-proxies the overrides say which. */
    static Stack start(Map<String, String> overrides, FakeDbProxy db, FakeFileServer... files) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "client.host", "127.0.0.1",
                "client.port", "0",
                "threads", "2",
                "client.kick-grace", "300ms",
                "db-proxies", db.address(),
                "file-servers",
                        String.join(
                                ",",
                                List.of(files).stream().map(FakeServer::address).toList()),
                "link.reconnect-first", "10ms",
                "link.reconnect-cap", "50ms",
                "offline-records.retry-first", "10ms",
                "offline-records.retry-cap", "50ms"));
        settings.putAll(overrides);
        Map<String, String> full = new HashMap<>();
        settings.forEach((key, value) -> full.put("msg-server." + key, value));
        Telemetry telemetry = new Telemetry();
        MsgServer server = MsgServer.start(
                MsgServerConfig.read(Settings.load(Optional.empty(), full).at("msg-server")), telemetry);
        Stack stack = new Stack(db, List.of(files), server, telemetry);
        stack.awaitEverything();
        return stack;
    }

    /** Until the msg-server is connected to all others. */
    void awaitEverything() {
        Eventually.until(
                "the msg-server is connected to all",
                () -> server.isUsable() && server.readyFileServers() == files.size());
    }

    Telemetry telemetry() {
        return telemetry;
    }

    /** How many clients are connected. */
    int clientCount() {
        return (int) telemetry
                .meters()
                .get("im.connections")
                .tag("role", "client")
                .gauge()
                .value();
    }

    /** How many servers of this kind take requests. */
    int ready(String kind) {
        return (int)
                telemetry.meters().get("im.links.ready").tag("to", kind).gauge().value();
    }

    /** How often clients ran into this limit. */
    int reached(String limit) {
        return (int) telemetry
                .meters()
                .get("im.limits.reached")
                .tags("role", "client", "limit", limit)
                .functionCounter()
                .count();
    }

    /** How many requests to db-proxies were not sent because too many waited. */
    int refusedRequests() {
        return (int) telemetry
                .meters()
                .get("im.links.refused")
                .tag("to", "db-proxy")
                .functionCounter()
                .count();
    }

    /** How many connections to db-proxies were lost. */
    int lostDbProxies() {
        return (int) telemetry
                .meters()
                .get("im.links.lost")
                .tag("to", "db-proxy")
                .functionCounter()
                .count();
    }

    /** How many requests to db-proxies wait for their answers. */
    int waitingRequests() {
        return (int) telemetry
                .meters()
                .get("im.links.waiting")
                .tag("to", "db-proxy")
                .gauge()
                .value();
    }

    /** Ends with the stack. */
    Client closing(Client client) {
        clients.add(client);
        return client;
    }

    Client desktop(String name) throws IOException {
        return closing(Client.desktop(server, name));
    }

    Client capableDesktop(String name) throws IOException {
        return closing(Client.capableDesktop(server, name));
    }

    Client connect() throws IOException {
        return closing(Client.connect(server));
    }

    Client connectFrom(String localAddress) throws IOException {
        return closing(Client.connectFrom(localAddress, server));
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.close();
        }
        server.close();
        db.close();
        files.forEach(FakeFileServer::close);
    }
}
