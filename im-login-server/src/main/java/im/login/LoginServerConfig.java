package im.login;

import im.login.http.ClientHints;
import im.netlib.Admission;
import im.netlib.Limits;
import im.netlib.Tls;
import im.server.Settings;
import im.server.TlsSettings;
import im.server.http.HttpLimits;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * All settings of a login-server; what each means stands in {@code reference.conf}.
 *
 * @param http where it listens for clients that speak HTTP
 * @param client where it listens for clients that speak PDUs
 * @param internal where it listens for msg-servers
 */
public record LoginServerConfig(
        InetSocketAddress http,
        Admission.Max maxHttpConnections,
        HttpLimits httpLimits,
        InetSocketAddress client,
        Admission.Max maxClients,
        Limits clientLimits,
        InetSocketAddress internal,
        int maxMsgServers,
        Limits link,
        Duration linkHeartbeat,
        Tls clientTls,
        Tls linkTls,
        ClientHints hints,
        int threads) {
    private static final int MIN_FRAME = 256;
    private static final int MAX_FRAME = 16 << 20;

    /** @throws im.server.BadConfiguration when a setting is missing or does not fit */
    public static LoginServerConfig read(Settings settings) {
        return new LoginServerConfig(
                settings.listenAddress("http"),
                connections(settings.at("http")),
                new HttpLimits(
                        settings.bytes("http.max-request", MIN_FRAME, 1 << 20),
                        settings.rate("http.rate-per-address", "requests"),
                        settings.duration("http.idle")),
                settings.listenAddress("client"),
                connections(settings.at("client")),
                new Limits(
                        settings.bytes("client.max-frame", MIN_FRAME, MAX_FRAME),
                        settings.duration("client.idle"),
                        settings.duration("client.max-stay"),
                        settings.rates("client.rate")),
                settings.listenAddress("internal"),
                settings.number("internal.max-connections", 1, 1_000_000),
                limits(settings.at("link")),
                settings.duration("link.heartbeat"),
                TlsSettings.clientPorts(settings),
                TlsSettings.linkPort(settings),
                new ClientHints(
                        settings.optionalText("msfs-prior").orElse(""),
                        settings.optionalText("msfs-backup").orElse(""),
                        settings.optionalText("discovery").orElse("")),
                settings.number("threads", 1, 256));
    }

    private static Admission.Max connections(Settings settings) {
        return new Admission.Max(
                settings.number("max-connections", 1, 1_000_000),
                settings.number("max-connections-per-address", 1, 1_000_000));
    }

    private static Limits limits(Settings settings) {
        return new Limits(settings.bytes("max-frame", MIN_FRAME, MAX_FRAME), settings.duration("idle"));
    }
}
