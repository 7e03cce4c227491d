package im.route;

import im.netlib.Limits;
import im.netlib.Tls;
import im.route.link.LinkLimits;
import im.server.BadConfiguration;
import im.server.Settings;
import im.server.TlsSettings;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * All settings of a route-server; what each means stands in {@code reference.conf}.
 *
 * @param address where it listens for msg-servers
 * @param heartbeat after how long a silence a heartbeat is sent
 */
public record RouteServerConfig(InetSocketAddress address, Duration heartbeat, LinkLimits link, Tls tls) {
    private static final int MIN_FRAME = 4 << 10;
    private static final int MAX_FRAME = 64 << 20;

    /** @throws BadConfiguration when a value does not fit */
    public static RouteServerConfig read(Settings s) {
        int maxFrame = s.bytes("link.max-frame", MIN_FRAME, MAX_FRAME);
        return new RouteServerConfig(
                address(s),
                s.duration("link.heartbeat"),
                new LinkLimits(
                        s.number("max-links", 1, 100_000),
                        new Limits(maxFrame, s.duration("link.idle")),
                        s.bytes("link.max-forwarded", MIN_FRAME, MAX_FRAME),
                        s.number("link.max-users", 1, 100_000_000),
                        s.number("link.max-asked", 1, 1_000_000),
                        s.number("link.max-news", 1, 100_000_000)),
                TlsSettings.linkPort(s));
    }

    private static InetSocketAddress address(Settings s) {
        InetSocketAddress address = new InetSocketAddress(s.text("host"), s.port("port"));
        if (address.isUnresolved()) {
            throw new BadConfiguration("route-server.host is " + s.text("host")
                    + "; want the name or number of an address of this machine");
        }
        return address;
    }
}
