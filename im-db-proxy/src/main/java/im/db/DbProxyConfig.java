package im.db;

import im.db.domain.Night;
import im.db.domain.PasswordHashing;
import im.db.mysql.Database;
import im.db.mysql.DatabaseSettings;
import im.netlib.Limits;
import im.netlib.Tls;
import im.server.BadConfiguration;
import im.server.Settings;
import im.server.TlsSettings;
import java.net.InetSocketAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/** The settings of a db-proxy; {@code reference.conf} says what each key means. */
public record DbProxyConfig(
        InetSocketAddress address,
        DatabaseSettings database,
        StripeSettings stripes,
        PasswordSettings passwords,
        LinkSettings link,
        int listedFiles,
        Duration keepEndedFiles,
        int listedUsers,
        int maxMembers,
        Night night) {
    /** As many as a frame holds that lists them twice. */
    private static final int MOST_MEMBERS = 20_000;

    /**
     * @param queueLength how many requests may wait for each stripe
     * @param patience how long a request may wait
     * @param closeTimeout how long accepted requests may take to finish when the server stops
     */
    public record StripeSettings(int count, int queueLength, Duration patience, Duration closeTimeout) {}

    /**
     * @param cost of new hashes
     * @param remembered how many right credentials are remembered
     * @param rememberFor how long
     */
    public record PasswordSettings(int cost, int remembered, Duration rememberFor) {}

    /**
     * @param threads event loops
     * @param heartbeat after how long a silence a heartbeat is sent
     */
    public record LinkSettings(int threads, Duration heartbeat, Limits limits, Tls tls) {}

    /** @throws BadConfiguration when a value does not fit */
    public static DbProxyConfig read(Settings s) {
        return new DbProxyConfig(
                address(s),
                new DatabaseSettings(
                        databaseUrl(s),
                        s.text("database.user"),
                        s.optionalText("database.password").orElse(""),
                        s.number("database.pool-size", 1, 1000),
                        s.duration("database.connect-timeout"),
                        s.duration("database.answer-timeout"),
                        s.duration("database.lock-timeout"),
                        s.duration("database.retry-every")),
                new StripeSettings(
                        s.number("stripes.count", 1, 1000),
                        s.number("stripes.queue-length", 1, 1_000_000),
                        s.duration("stripes.patience"),
                        s.duration("stripes.close-timeout")),
                new PasswordSettings(
                        s.number("passwords.cost", PasswordHashing.MIN_COST, PasswordHashing.MAX_COST),
                        s.number("passwords.remembered", 0, 10_000_000),
                        s.duration("passwords.remember-for")),
                new LinkSettings(
                        s.number("link.threads", 1, 256),
                        s.duration("link.heartbeat"),
                        new Limits(s.bytes("link.max-frame", 4 << 10, 16 << 20), s.duration("link.idle")),
                        TlsSettings.linkPort(s)),
                s.number("offline-files.listed", 1, 100_000),
                s.duration("offline-files.keep-ended"),
                s.number("users.listed", 1, 100_000),
                s.number("groups.max-members", 1, MOST_MEMBERS),
                new Night(zone(s)));
    }

    private static String databaseUrl(Settings s) {
        String url = s.text("database.url");
        if (!Database.understands(url)) {
            // Without what follows the schema, where a password may stand.
            throw new BadConfiguration("db-proxy.database.url is " + url.replaceFirst("\\?.*", "")
                    + "; want jdbc:mysql://HOST[:PORT]/SCHEMA");
        }
        return url;
    }

    private static ZoneId zone(Settings s) {
        Optional<String> name = s.optionalText("push.time-zone");
        try {
            return name.map(ZoneId::of).orElseGet(ZoneId::systemDefault);
        } catch (DateTimeException e) {
            throw new BadConfiguration("db-proxy.push.time-zone is " + name.get()
                    + "; want the name of a time zone, such as Europe/Berlin, or nothing for this machine's");
        }
    }

    private static InetSocketAddress address(Settings s) {
        InetSocketAddress address = new InetSocketAddress(s.text("host"), s.port("port"));
        if (address.isUnresolved()) {
            throw new BadConfiguration(
                    "db-proxy.host is " + s.text("host") + "; want the name or number of an address of this machine");
        }
        return address;
    }
}
