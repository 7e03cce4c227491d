package im.e2e;

import com.google.common.net.HostAndPort;
import im.msg.upstream.Cluster;
import im.msg.upstream.LinkSettings;
import im.msg.upstream.RouteServers;
import im.route.RouteServer;
import im.route.RouteServerConfig;
import im.server.Settings;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class RouteServersClusterIT extends ClusterContract {
    private RouteServer routeServer;

    private static RouteServer start(int port) throws IOException {
        Map<String, String> settings = Map.of(
                "route-server.port",
                Integer.toString(port),
                "route-server.link.heartbeat",
                "200ms",
                "route-server.link.idle",
                "1s");
        return RouteServer.start(
                RouteServerConfig.read(Settings.load(Optional.empty(), settings).at("route-server")));
    }

    @Override
    InetSocketAddress startMiddle() throws IOException {
        routeServer = start(0);
        return routeServer.address();
    }

    @Override
    void restartMiddle() throws IOException {
        int port = routeServer.address().getPort();
        routeServer.close();
        routeServer = start(port);
    }

    @Override
    void stopMiddle() {
        routeServer.close();
    }

    @Override
    Cluster cluster(InetSocketAddress middle, LinkSettings link, EventLoopGroup loops) {
        return new RouteServers(
                List.of(HostAndPort.fromParts("127.0.0.1", middle.getPort())),
                loops::next,
                link,
                ClusterNode.MAX_ELSEWHERE);
    }
}
