package im.server.management;

import im.netlib.Admission;
import im.netlib.Tls;
import im.netlib.Transport;
import im.server.http.HttpLimits;
import im.server.http.HttpPort;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Answers operators by HTTP, on a thread of its own, so that it does so when those of the traffic are stuck. */
public final class ManagementPort implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 64;
    private static final HttpLimits LIMITS = new HttpLimits(4 << 10, Duration.ofSeconds(60));

    private final EventLoopGroup loop;
    private final HttpPort port;

    private ManagementPort(EventLoopGroup loop, HttpPort port) {
        this.loop = loop;
        this.port = port;
    }

    /**
     * @param server its name, for logs
     * @param address on a loopback address nobody is answered who means another host
     * @throws IOException when the address cannot be bound; then nothing is left running
     */
    public static ManagementPort start(String server, InetSocketAddress address, Telemetry telemetry)
            throws IOException {
        EventLoopGroup loop = Transport.eventLoops(server + "-management", 1);
        try {
            return new ManagementPort(
                    loop,
                    HttpPort.bind(
                            server + " management",
                            loop,
                            address,
                            LIMITS,
                            Tls.none(),
                            Admission.ofOurOwn(MAX_CONNECTIONS),
                            new OwnHost(address, new ManagementAnswers(telemetry, new LivePage()))));
        } catch (IOException | RuntimeException e) {
            stop(loop);
            throw e;
        }
    }

    /** Really bound. */
    public InetSocketAddress address() {
        return port.address();
    }

    /** Not on an event loop. */
    @Override
    public void close() {
        port.close();
        stop(loop);
    }

    private static void stop(EventLoopGroup loop) {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
