package im.e2e;

import com.google.common.net.HostAndPort;
import im.client.ClientOptions;
import im.launcher.Stack;
import im.launcher.Topology;
import im.testkit.Eventually;
import im.testkit.TestDatabase;
import im.testkit.TestRedis;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two msg-servers made one by a route-server, or a Redis, with one of each other server. Users: alice, bob, carol and dave. */
final class TwoMsgServers implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final UserDatabase database;
    private final Stack stack;
    private final Optional<TestRedis> redis;

    private TwoMsgServers(UserDatabase database, Stack stack, Optional<TestRedis> redis) {
        this.database = database;
        this.stack = stack;
        this.redis = redis;
    }

    /**
     * Ready for clients.
     *
     * @param overrides settings by full key
     */
    static TwoMsgServers start(Path folder, Map<String, String> overrides) throws Exception {
        return start(folder, overrides, Taps.NONE);
    }

    /** As {@link #start(Path, Map)}; everything but HTTP goes through these. */
    static TwoMsgServers start(Path folder, Map<String, String> overrides, Taps taps) throws Exception {
        return start(folder, overrides, taps, Optional.empty());
    }

    /** As {@link #start(Path, Map, Taps)}; a Redis makes them one in place of the route-server. */
    static TwoMsgServers startOverRedis(Path folder, Map<String, String> overrides, Taps taps) throws Exception {
        return start(folder, overrides, taps, Optional.of(TestRedis.start()));
    }

    private static TwoMsgServers start(Path folder, Map<String, String> overrides, Taps taps, Optional<TestRedis> redis)
            throws Exception {
        UserDatabase database = new UserDatabase(List.of("alice", "bob", "carol", "dave"));
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.putAll(ManagementPorts.free());
        settings.put("db-proxy.port", "0");
        settings.put("file-server.client.host", HOST);
        settings.put("file-server.client.port", "0");
        settings.put("file-server.internal.port", "0");
        settings.put("file-server.store.folder", folder.resolve("files").toString());
        settings.put("msg-server.client.host", HOST);
        settings.put("msg-server.client.port", "0");
        settings.put("msg-server.link.reconnect-cap", "200ms");
        settings.put("route-server.port", "0");
        settings.put("login-server.http.host", HOST);
        settings.put("login-server.http.port", "0");
        settings.put("login-server.client.port", "0");
        settings.put("login-server.internal.port", "0");
        redis.ifPresent(middle -> settings.put("msg-server.redis.prefix", middle.prefix()));
        settings.putAll(taps.settings());
        settings.putAll(overrides);
        Stack stack = Stack.start(new Topology(2, 1, redis.isPresent() ? 0 : 1, redis.map(TestRedis::url)), settings);
        taps.connectTo(stack);
        Eventually.until("the servers have found each other", stack::isUsable);
        return new TwoMsgServers(database, stack, redis);
    }

    Stack stack() {
        return stack;
    }

    TestDatabase database() {
        return database.database();
    }

    /** Where clients reach this msg-server. */
    InetSocketAddress address(int msgServer) {
        return stack.msgServers().get(msgServer).clientAddress();
    }

    ClientOptions options(String user, int msgServer) {
        return ClientOptions.of(HostAndPort.fromParts(HOST, address(msgServer).getPort()), user, user + "pw");
    }

    @Override
    public void close() {
        stack.close();
        redis.ifPresent(TestRedis::close);
        database.close();
    }
}
