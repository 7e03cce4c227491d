package im.bench.server;

import com.google.common.net.HostAndPort;
import im.bench.yardstick.Yardsticks;
import im.db.DbProxy;
import im.db.DbProxyConfig;
import im.file.FileServer;
import im.file.FileServerConfig;
import im.msg.MsgServer;
import im.msg.MsgServerConfig;
import im.route.RouteServer;
import im.route.RouteServerConfig;
import im.server.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The process of one server: starts it, says on standard error where it listens, does what each line on standard input asks, and stops
 * it when that ends. What is asked is said on standard error when it is done, or why it cannot be.
 */
final class ServerMain {
    static final String READY = "ready ";
    static final String COLLECT = "collect";
    static final String PROFILE = "profile";
    static final String STOP_PROFILE = "stop-profile ";
    static final String DONE = "done ";
    static final String FAILED = "failed ";
    private static final int LOOK_MILLIS = 10;

    private ServerMain() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> settings = Arrays.stream(args)
                .skip(1)
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
        Map<String, InetSocketAddress> ports = new LinkedHashMap<>();
        AutoCloseable server = switch (ServerKind.valueOf(args[0])) {
            case FILE_SERVER -> fileServer(settings, ports);
            case MSG_SERVER -> msgServer(settings, ports);
            case DB_PROXY -> dbProxy(settings, ports);
            case ROUTE_SERVER -> routeServer(settings, ports);
            case YARDSTICKS -> Yardsticks.start(Path.of(settings.get("file")), ports);
        };
        System.err.println(READY
                + ports.entrySet().stream()
                        .map(port -> port.getKey() + "="
                                + port.getValue().getAddress().getHostAddress() + ":"
                                + port.getValue().getPort())
                        .collect(Collectors.joining(" ")));
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String request = requests.readLine(); request != null; request = requests.readLine()) {
            System.err.println(answer(request));
        }
        server.close();
        System.exit(0);
    }

    private static String answer(String request) {
        try {
            if (request.equals(COLLECT)) {
                System.gc();
            } else if (request.equals(PROFILE)) {
                Profiler.start();
            } else if (request.startsWith(STOP_PROFILE)) {
                Profiler.stop(Path.of(request.substring(STOP_PROFILE.length())));
            } else {
                return FAILED + "what is " + request + "?";
            }
            return DONE + request;
        } catch (IOException e) {
            return FAILED + e.getMessage();
        }
    }

    static Map<String, HostAndPort> parsePorts(String line) {
        return Arrays.stream(line.substring(READY.length()).split(" "))
                .map(port -> port.split("=", 2))
                .collect(Collectors.toMap(port -> port[0], port -> HostAndPort.fromString(port[1])));
    }

    private static FileServer fileServer(Map<String, String> settings, Map<String, InetSocketAddress> ports)
            throws Exception {
        FileServer server = FileServer.start(FileServerConfig.read(
                onLoopback(forOneAddress(settings, "file-server"), "file-server.client", "file-server.internal")
                        .at("file-server")));
        ports.put("clients", server.clientAddresses().get(0));
        ports.put("internal", server.internalAddresses().get(0));
        return server;
    }

    private static MsgServer msgServer(Map<String, String> settings, Map<String, InetSocketAddress> ports)
            throws Exception {
        MsgServer server = MsgServer.start(MsgServerConfig.read(
                onLoopback(forOneAddress(asFastAsTheyCan(settings), "msg-server"), "msg-server.client")
                        .at("msg-server")));
        // It listens before it has found its db-proxy, and nobody can log in until then. Who started this waits for so
        // long, and ends it.
        while (server.readyDbProxies() == 0) {
            Thread.sleep(LOOK_MILLIS);
        }
        ports.put("clients", server.clientAddress());
        return server;
    }

    private static DbProxy dbProxy(Map<String, String> settings, Map<String, InetSocketAddress> ports)
            throws Exception {
        DbProxy server = DbProxy.start(
                DbProxyConfig.read(onLoopback(settings, "db-proxy").at("db-proxy")));
        ports.put("msg-servers", server.address());
        return server;
    }

    private static RouteServer routeServer(Map<String, String> settings, Map<String, InetSocketAddress> ports)
            throws Exception {
        RouteServer server = RouteServer.start(
                RouteServerConfig.read(onLoopback(settings, "route-server").at("route-server")));
        ports.put("msg-servers", server.address());
        return server;
    }

    /** All clients are here. */
    private static Map<String, String> forOneAddress(Map<String, String> settings, String server) {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent(server + ".client.max-connections-per-address", "1000000");
        return all;
    }

    private static Map<String, String> asFastAsTheyCan(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        for (String what : List.of("requests", "requests-at-once", "bytes", "bytes-at-once")) {
            all.putIfAbsent("msg-server.client.rate." + what, "unlimited");
        }
        return all;
    }

    private static Settings onLoopback(Map<String, String> settings, String... listeners) {
        Map<String, String> all = new HashMap<>(settings);
        for (String listener : listeners) {
            all.put(listener + ".host", "127.0.0.1");
            all.put(listener + ".port", "0");
        }
        return Settings.load(Optional.empty(), all);
    }
}
