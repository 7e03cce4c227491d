package im.login;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.proto.Commands;
import im.proto.login.IMMsgServReq;
import im.proto.login.IMMsgServRsp;
import im.proto.server.IMMsgServInfo;
import im.proto.server.IMUserCntUpdate;
import im.server.Settings;
import im.testkit.WireClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A real login-server on free ports, and those who talk to it. */
final class LoginServerFixture implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LoginServer server;
    private final List<WireClient> clients = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    LoginServerFixture(String... settings) throws IOException {
        server = LoginServer.start(config(settings));
    }

    static LoginServerConfig config(String... settings) {
        Map<String, String> overrides = new HashMap<>(Map.of(
                "login-server.http.host", "127.0.0.1",
                "login-server.http.port", "0",
                "login-server.client.host", "127.0.0.1",
                "login-server.client.port", "0",
                "login-server.internal.port", "0"));
        for (String setting : settings) {
            String[] keyAndValue = setting.split("=", 2);
            overrides.put("login-server." + keyAndValue[0], keyAndValue[1]);
        }
        return LoginServerConfig.read(Settings.load(Optional.empty(), overrides).at("login-server"));
    }

    LoginServer server() {
        return server;
    }

    WireClient client() throws IOException {
        return opened(WireClient.connect(server.clientAddress()));
    }

    /** From another address of this machine. */
    WireClient clientFrom(String localAddress) throws IOException {
        return opened(WireClient.connectFrom(localAddress, server.clientAddress()));
    }

    WireClient link() throws IOException {
        return opened(WireClient.connect(server.internalAddress()));
    }

    private WireClient opened(WireClient client) {
        clients.add(client);
        return client;
    }

    /** A msg-server that has said how full it is, and was understood if it is now one of that many. */
    WireClient msgServer(int port, int connections, int max, int servers) throws Exception {
        WireClient link = link();
        link.send(Commands.OTHER_MSG_SERV_INFO, 0, info(port, connections, max));
        awaitMsgServers(servers);
        return link;
    }

    static IMMsgServInfo info(int port, int connections, int max) {
        return IMMsgServInfo.newBuilder()
                .setIp1("10.0.0.1")
                .setIp2("10.0.0.2")
                .setPort(port)
                .setCurConnCnt(connections)
                .setMaxConnCnt(max)
                .setHostName("vm")
                .build();
    }

    static void userCame(WireClient link) throws IOException {
        count(link, 1);
    }

    static void userWent(WireClient link) throws IOException {
        count(link, 2);
    }

    private static void count(WireClient link, int action) throws IOException {
        link.send(
                Commands.OTHER_USER_CNT_UPDATE,
                0,
                IMUserCntUpdate.newBuilder().setUserAction(action).setUserId(1).build());
    }

    HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.httpAddress().getPort() + path))
                .timeout(PATIENCE);
    }

    /** What {@code GET /msg_server} says. */
    Config json() throws Exception {
        return ConfigFactory.parseString(get("/msg_server").body());
    }

    /** What 0x0101 is answered. */
    IMMsgServRsp ask() throws IOException {
        try (WireClient client = client()) {
            client.send(Commands.LOGIN_REQ_MSGSERVER, 7, IMMsgServReq.getDefaultInstance());
            return client.expect(Commands.LOGIN_RES_MSGSERVER);
        }
    }

    /** What msg-servers say is not answered: that it has arrived shows in what others are told. */
    void awaitMsgServers(int servers) throws Exception {
        await("/health", json -> json.getInt("msgServers") == servers);
    }

    void awaitPort(int port) throws Exception {
        await("/msg_server", json -> json.getString("port").equals(Integer.toString(port)));
    }

    void awaitCode(int code) throws Exception {
        await("/msg_server", json -> json.getInt("code") == code);
    }

    private void await(String path, Predicate<Config> wanted) throws Exception {
        long start = System.nanoTime();
        String answer;
        do {
            answer = get(path).body();
            if (wanted.test(ConfigFactory.parseString(answer))) {
                return;
            }
        } while (System.nanoTime() - start < PATIENCE.toNanos());
        throw new AssertionError(path + " still says " + answer);
    }

    @Override
    public void close() throws IOException {
        for (WireClient client : clients) {
            client.close();
        }
        server.close();
    }
}
