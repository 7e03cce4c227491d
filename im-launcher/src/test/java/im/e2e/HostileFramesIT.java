package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.client.ClientOptions;
import im.client.ImClient;
import im.file.FileServer;
import im.launcher.Stack;
import im.launcher.Topology;
import im.msg.MsgServer;
import im.route.RouteServer;
import im.testkit.Eventually;
import im.testkit.WireClient;
import im.testkit.fuzz.LoggedErrors;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames that no peer would send. */
class HostileFramesIT {
    private static final List<String> FRAMES = List.of(
            // Lengths 1, 0, 15, -1 and 2 GiB, with the head of a login behind them.
            "00000001000100000001010300010000",
            "00000000000100000001010300010000",
            "0000000f000100000001010300010000",
            "ffffffff000100000001010300010000",
            "7fffffff000100000001010300010000",
            // A login without a body.
            "00000010000100000001010300010000");

    @TempDir
    Path folder;

    @Test
    void closeTheConnectionThatSentThemAtEveryPortAndNoOther() throws Exception {
        try (UserDatabase database = new UserDatabase(List.of("alice"));
                LoggedErrors errors = new LoggedErrors();
                Stack stack = Stack.start(new Topology(1, 1, 1, Optional.empty()), settings(database))) {
            Eventually.until("the msg-server is linked", stack::isUsable);
            MsgServer msgServer = stack.msgServers().get(0);
            ClientOptions options = ClientOptions.of(
                            HostAndPort.fromParts(
                                    "127.0.0.1", msgServer.clientAddress().getPort()),
                            "alice",
                            "alicepw")
                    .withReconnect(false);
            try (ImClient alice = Await.result(ImClient.connect(options))) {
                for (InetSocketAddress port : ports(stack)) {
                    for (String frame : FRAMES) {
                        try (WireClient hostile =
                                WireClient.connect("127.0.0.1", port.getPort(), Eventually.PATIENCE)) {
                            hostile.sendRaw(HexFormat.of().parseHex(frame));
                            hostile.expectClosed();
                        }
                    }
                }
                assertThat(stack.isUsable()).isTrue();
                assertThat(Await.result(alice.users())).hasSize(1);
                assertThat(Await.result(alice.offlineFiles())).isEmpty();
            }
            errors.failIfAny();
        }
    }

    private Map<String, String> settings(UserDatabase database) {
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.putAll(ManagementPorts.free());
        for (String port : List.of(
                "db-proxy.port",
                "route-server.port",
                "login-server.http.port",
                "login-server.client.port",
                "login-server.internal.port",
                "file-server.client.port",
                "file-server.internal.port",
                "msg-server.client.port")) {
            settings.put(port, "0");
        }
        settings.put("file-server.store.folder", folder.toString());
        return settings;
    }

    private static List<InetSocketAddress> ports(Stack stack) {
        FileServer fileServer = stack.fileServers().get(0);
        List<InetSocketAddress> ports = new ArrayList<>();
        ports.add(stack.dbProxy().address());
        ports.addAll(stack.routeServers().stream().map(RouteServer::address).toList());
        ports.add(stack.loginServer().orElseThrow().clientAddress());
        ports.add(stack.loginServer().orElseThrow().internalAddress());
        ports.addAll(fileServer.clientAddresses());
        ports.addAll(fileServer.internalAddresses());
        ports.add(stack.msgServers().get(0).clientAddress());
        return ports;
    }
}
