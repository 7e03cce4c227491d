package im.msg;

import com.google.common.net.HostAndPort;
import im.msg.domain.OfflineRecords;
import im.msg.domain.Presence;
import im.msg.domain.Unacknowledged;
import im.msg.http.AppKeys;
import im.msg.http.HttpSettings;
import im.msg.push.WebhookSettings;
import im.msg.redis.RedisSettings;
import im.msg.session.ClientLimits;
import im.msg.session.LoginAttempts;
import im.msg.upstream.LinkSettings;
import im.netlib.Admission;
import im.netlib.Backoff;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.ReconnectingClient.Timing;
import im.netlib.Tls;
import im.server.BadConfiguration;
import im.server.Settings;
import im.server.TlsSettings;
import im.server.http.HttpLimits;
import io.lettuce.core.RedisURI;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of a msg-server; {@code reference.conf} says what each key means.
 *
 * @param buffersPercent of the memory for buffers that may be in use before clients are held back
 * @param drainOver how long it takes to send all clients away
 * @param threads event loops; at least 1
 */
public record MsgServerConfig(
        InetSocketAddress client,
        Tls clientTls,
        List<String> advertise,
        Admission.Max maxConnections,
        int buffersPercent,
        ClientLimits clientLimits,
        LoginAttempts.Max wrongPasswords,
        Duration drainOver,
        int threads,
        List<HostAndPort> fileServers,
        List<HostAndPort> dbProxies,
        List<HostAndPort> routeServers,
        List<HostAndPort> loginServers,
        PresenceChoice presence,
        RedisSettings redis,
        LinkSettings link,
        Presence.Memory elsewhere,
        OfflineRecords.Patience offlineRecords,
        int rememberedMessages,
        Unacknowledged.Limits unacknowledged,
        Optional<WebhookSettings> webhook,
        List<HostAndPort> pushServers,
        String pushFlash,
        Optional<HttpSettings> http,
        int rememberedTasks,
        Duration rememberTasksFor,
        Duration tokensValidFor) {
    /** Where it stands who is at which msg-server. */
    public enum PresenceChoice {
        /** In the memory of route-servers, or in that of the only msg-server. */
        MEMORY,
        REDIS
    }

    private static final int MIN_FRAME = 1 << 10;
    private static final int MAX_FRAME = 16 << 20;
    /** Narrower than what the client takes: a password that ends early must not be taken for a host. */
    private static final Pattern REDIS_URL =
            Pattern.compile("rediss?://([^@:/?#]*:[^@:/?#]+@)?(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:\\d+)?(/\\d+)?");

    /** @throws BadConfiguration when a value does not fit */
    public static MsgServerConfig read(Settings s) {
        int threads = s.number("threads", 0, 256);
        return new MsgServerConfig(
                s.listenAddress("client"),
                TlsSettings.clientPorts(s),
                s.list("client.advertise"),
                new Admission.Max(
                        s.number("client.max-connections", 1, 1_000_000),
                        s.number("client.max-connections-per-address", 1, 1_000_000)),
                s.number("client.buffers-percent", 1, 100),
                new ClientLimits(
                        s.bytes("client.max-frame", MIN_FRAME, MAX_FRAME),
                        s.bytes("client.max-frame-before-login", MIN_FRAME, MAX_FRAME),
                        s.duration("client.idle-before-login"),
                        s.duration("client.time-to-log-in"),
                        s.duration("client.idle-desktop"),
                        s.duration("client.idle-mobile"),
                        s.duration("client.kick-grace"),
                        s.number("client.max-requests", 1, 100_000),
                        s.rates("client.rate")),
                new LoginAttempts.Max(
                        s.number("client.wrong-passwords.for-a-user", 1, 1_000_000),
                        s.number("client.wrong-passwords.of-an-address", 1, 1_000_000),
                        s.duration("client.wrong-passwords.within")),
                s.duration("client.drain-over"),
                threads == 0 ? 2 * Runtime.getRuntime().availableProcessors() : threads,
                s.addresses("file-servers"),
                s.addresses("db-proxies"),
                s.addresses("route-servers"),
                s.addresses("login-servers"),
                s.choice("presence", PresenceChoice.class),
                redis(s.at("redis")),
                link(s.at("link"), TlsSettings.links(s)),
                new Presence.Memory(s.duration("elsewhere.grace"), s.number("elsewhere.max-users", 1, 100_000_000)),
                new OfflineRecords.Patience(
                        backoff(s, "offline-records.retry-first", "offline-records.retry-cap"),
                        s.duration("offline-records.give-up-after"),
                        s.number("offline-records.unanswered-retries", 0, 1000),
                        s.number("offline-records.max-pending", 1, 1_000_000),
                        s.duration("offline-records.close-timeout")),
                s.number("messages.max-remembered", 1, 10_000_000),
                new Unacknowledged.Limits(
                        s.number("messages.unacknowledged.max-per-client", 1, 100_000),
                        s.bytes("messages.unacknowledged.max-bytes", 1 << 20, Integer.MAX_VALUE),
                        s.duration("messages.unacknowledged.keep-for")),
                webhook(s.at("push.webhook")),
                s.addresses("push.servers"),
                s.text("push.flash"),
                http(s.at("http")),
                s.number("tasks.max-remembered", 1, 10_000_000),
                s.duration("tasks.remember-for"),
                s.duration("tokens.valid-for"));
    }

    private static RedisSettings redis(Settings s) {
        String prefix = s.text("prefix");
        if (!prefix.matches("[A-Za-z0-9._-]+")) {
            throw new BadConfiguration(
                    "msg-server.redis.prefix is " + prefix + "; want letters, digits, dots and dashes");
        }
        return new RedisSettings(redisUri(s.text("url")), prefix, s.duration("alive-for"));
    }

    private static RedisURI redisUri(String url) {
        try {
            if (REDIS_URL.matcher(url).matches()) {
                return RedisURI.create(url);
            }
        } catch (IllegalArgumentException e) {
            // What follows says it better.
        }
        // Without the value, which may have a password in it.
        throw new BadConfiguration(
                "msg-server.redis.url is not of the form redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE];"
                        + " want other characters than letters and digits in a password as %XX");
    }

    private static Optional<WebhookSettings> webhook(Settings s) {
        Optional<URI> url = s.optionalText("url").map(MsgServerConfig::webhookUrl);
        WebhookSettings settings = new WebhookSettings(
                url.orElse(URI.create("")),
                s.optionalText("token"),
                s.duration("timeout"),
                backoff(s, "retry-first", "retry-cap"),
                s.duration("give-up-after"),
                s.number("max-waiting", 1, 1_000_000),
                s.number("max-parallel", 1, 1000));
        return url.isPresent() ? Optional.of(settings) : Optional.empty();
    }

    private static URI webhookUrl(String text) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
                return url;
            }
        } catch (URISyntaxException e) {
            // What follows says it better.
        }
        throw new BadConfiguration("msg-server.push.webhook.url is not of the form http[s]://HOST[:PORT][/PATH]");
    }

    private static Optional<HttpSettings> http(Settings s) {
        AppKeys keys = appKeys(s.list("app-keys"));
        int maxConnections = s.number("max-connections", 1, 100_000);
        HttpLimits limits = new HttpLimits(s.bytes("max-request", MIN_FRAME, MAX_FRAME), s.duration("idle"));
        List<HostAndPort> listen = s.addresses("listen");
        if (listen.isEmpty()) {
            return Optional.empty();
        }
        if (keys.isEmpty()) {
            throw new BadConfiguration(
                    "msg-server.http.listen is set, but not msg-server.http.app-keys: nobody could ask");
        }
        InetSocketAddress address =
                new InetSocketAddress(listen.get(0).getHost(), listen.get(0).getPort());
        if (listen.size() > 1 || address.isUnresolved()) {
            throw new BadConfiguration("msg-server.http.listen is " + listen + "; want one address of this machine");
        }
        return Optional.of(new HttpSettings(address, keys, maxConnections, limits));
    }

    private static AppKeys appKeys(List<String> namesAndKeys) {
        try {
            return AppKeys.of(namesAndKeys);
        } catch (IllegalArgumentException e) {
            throw new BadConfiguration("msg-server.http.app-keys: " + e.getMessage());
        }
    }

    private static LinkSettings link(Settings s, Tls tls) {
        return new LinkSettings(
                new Timing(
                        s.duration("connect-timeout"),
                        s.duration("handshake-timeout"),
                        backoff(s, "reconnect-first", "reconnect-cap")),
                ConnectionSettings.forLinks(s.duration("heartbeat")).with(tls),
                new Limits(s.bytes("max-frame", MIN_FRAME, MAX_FRAME), s.duration("idle")),
                s.duration("call-timeout"),
                s.number("max-pending", 1, 1_000_000));
    }

    private static Backoff backoff(Settings s, String first, String cap) {
        try {
            return new Backoff(s.duration(first), s.duration(cap));
        } catch (IllegalArgumentException e) {
            throw new BadConfiguration(first + " is longer than " + cap);
        }
    }
}
