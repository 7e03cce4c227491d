package im.e2e;

import im.launcher.Stack;
import im.testkit.FaultProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Listens at every port of a stack that speaks the protocol, and notes which commands pass. Thread-safe. */
final class Taps implements AutoCloseable {
    static final Taps NONE = new Taps();

    private static final InetSocketAddress NOBODY = new InetSocketAddress("127.0.0.1", 1);

    private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
    private final List<FaultProxy> taps = new ArrayList<>();
    private final List<FaultProxy> clientsToMsgServers = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private FaultProxy clientsToLoginServer;
    private volatile Stack stack;

    private Taps() {}

    /** For two msg-servers, one of each other server, and a push-server. */
    static Taps everywhere(InetSocketAddress pushServer) throws IOException {
        Taps taps = butForRouteServers(pushServer);
        taps.link(
                "msg-server.route-servers", stack -> stack.routeServers().get(0).address());
        return taps;
    }

    /** As {@link #everywhere}, where there is no route-server. */
    static Taps butForRouteServers(InetSocketAddress pushServer) throws IOException {
        Taps taps = new Taps();
        taps.link("msg-server.db-proxies", stack -> stack.dbProxy().address());
        taps.link(
                "msg-server.login-servers",
                stack -> stack.loginServer().orElseThrow().internalAddress());
        taps.link(
                "msg-server.file-servers",
                stack -> stack.fileServers().get(0).internalAddresses().get(0));
        taps.link(
                "file-server.client.advertise",
                stack -> stack.fileServers().get(0).clientAddresses().get(0));
        taps.link("msg-server.push.servers", stack -> pushServer);
        for (int i = 0; i < 2; i++) {
            int index = i;
            taps.clientsToMsgServers.add(
                    taps.tap(stack -> stack.msgServers().get(index).clientAddress()));
        }
        taps.clientsToLoginServer =
                taps.tap(stack -> stack.loginServer().orElseThrow().clientAddress());
        return taps;
    }

    private void link(String key, Function<Stack, InetSocketAddress> target) throws IOException {
        settings.put(key, "127.0.0.1:" + tap(target).address().getPort());
    }

    private FaultProxy tap(Function<Stack, InetSocketAddress> target) throws IOException {
        FaultProxy tap = FaultProxy.watching(
                () -> stack == null ? NOBODY : target.apply(stack), (direction, id) -> seen.add(id));
        taps.add(tap);
        return tap;
    }

    /** By which servers find the taps in place of each other. */
    Map<String, String> settings() {
        return settings;
    }

    /** Until then nobody is reached through a tap. */
    void connectTo(Stack started) {
        if (!taps.isEmpty()) {
            stack = started;
        }
    }

    InetSocketAddress msgServer(int index) {
        return clientsToMsgServers.get(index).address();
    }

    InetSocketAddress loginServer() {
        return clientsToLoginServer.address();
    }

    /** The commands that have passed since {@link #forget}. */
    Set<Integer> seen() {
        return seen;
    }

    void forget() {
        seen.clear();
    }

    @Override
    public void close() {
        taps.forEach(FaultProxy::close);
    }
}
