package im.route;

import im.netlib.Admission;
import im.netlib.ConnectionSettings;
import im.netlib.PduServer;
import im.netlib.Transport;
import im.route.link.MsgServerLinks;
import im.server.RunningServer;
import im.server.management.Telemetry;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running route-server. Presence is one table and everything here is an answer from it or a change to it, so one event loop does
 * it all and nothing is locked.
 */
public final class RouteServer implements RunningServer {
    private static final int THE_ONE_LOOP = 1;

    private final EventLoopGroup loop;
    private final MsgServerLinks links;
    private final PduServer port;

    private RouteServer(EventLoopGroup loop, MsgServerLinks links, PduServer port) {
        this.loop = loop;
        this.links = links;
        this.port = port;
    }

    /** @throws IOException when the address cannot be bound; then nothing is left running */
    public static RouteServer start(RouteServerConfig config) throws IOException {
        return start(config, new Telemetry());
    }

    /** @throws IOException when the address cannot be bound; then nothing is left running */
    public static RouteServer start(RouteServerConfig config, Telemetry telemetry) throws IOException {
        EventLoopGroup loop = Transport.eventLoops("route-server", THE_ONE_LOOP);
        try {
            MsgServerLinks links = new MsgServerLinks(config.link());
            config.tls().watchWith(loop);
            PduServer port = PduServer.bind(
                    "route-server",
                    loop,
                    config.address(),
                    ConnectionSettings.forLinks(config.heartbeat()).with(config.tls()),
                    Admission.ofAll(),
                    links::onConnected);
            telemetry.watch(loop);
            telemetry.meterPorts("msg-server", List.of(port));
            telemetry.meterTls("between-servers", config.tls());
            return new RouteServer(loop, links, port);
        } catch (IOException | RuntimeException e) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** Where msg-servers connect. */
    public InetSocketAddress address() {
        return port.address();
    }

    /** Ends all links. Nobody is told that users went: they did not. Does nothing when called again. */
    @Override
    public void close() {
        if (loop.isShuttingDown()) {
            return;
        }
        port.stopAccepting();
        loop.submit(links::stop).syncUninterruptibly();
        port.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
