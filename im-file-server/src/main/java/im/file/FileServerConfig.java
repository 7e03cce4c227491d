package im.file;

import im.file.s3.S3Settings;
import im.file.store.StoreSettings;
import im.file.transfer.TransferLimits;
import im.netlib.Admission;
import im.netlib.Backoff;
import im.netlib.Limits;
import im.netlib.Tls;
import im.server.BadConfiguration;
import im.server.Settings;
import im.server.TlsSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All settings of a file-server; what each means stands in {@code reference.conf}.
 *
 * @param client where the first shard listens for clients
 * @param maxConnections of clients, at all shards together
 * @param buffersPercent of the memory for buffers that may be in use before clients are held back
 * @param internal where the first shard listens for msg-servers
 * @param advertise hosts that clients are given; empty means where the server listens
 * @param s3 where files are that are whole; empty means in the folder of the store
 * @param maxBuffered how many bytes all uploads together may have asked for and not yet written to the disk
 */
public record FileServerConfig(
        InetSocketAddress client,
        Admission.Max maxConnections,
        int buffersPercent,
        InetSocketAddress internal,
        List<String> advertise,
        int shards,
        StoreSettings store,
        Optional<S3Settings> s3,
        RecordKeeping.Settings records,
        boolean requireToken,
        int maxTasks,
        Duration taskTimeout,
        TransferLimits transfer,
        long maxBuffered,
        Limits beforeLogin,
        Limits afterLogin,
        Limits link,
        Duration linkHeartbeat,
        Tls clientTls,
        Tls linkTls,
        Duration drainTimeout) {
    private enum StoreType {
        DISK,
        S3
    }

    private static final String DEFAULT_REGION = "us-east-1";
    private static final int MIN_FRAME = 256;
    private static final int MAX_FRAME = 64 << 20;

    /** @throws im.server.BadConfiguration when a setting is missing or does not fit */
    public static FileServerConfig read(Settings settings) {
        return new FileServerConfig(
                settings.listenAddress("client"),
                new Admission.Max(
                        settings.number("client.max-connections", 1, 1_000_000),
                        settings.number("client.max-connections-per-address", 1, 1_000_000)),
                settings.number("client.buffers-percent", 1, 100),
                settings.listenAddress("internal"),
                settings.list("client.advertise"),
                settings.number("shards", 1, 256),
                store(settings.at("store")),
                settings.choice("store.type", StoreType.class) == StoreType.S3
                        ? Optional.of(s3(settings.at("store.s3")))
                        : Optional.empty(),
                records(settings.at("records")),
                settings.flag("require-token"),
                settings.number("max-tasks", 1, 10_000_000),
                settings.duration("task-timeout"),
                new TransferLimits(
                        settings.bytes("transfer.upload-block", 1, 256 << 10),
                        settings.bytes("transfer.upload-window", 1, 256 << 20),
                        settings.number("transfer.max-pulls-in-flight", 1, 65_535),
                        settings.bytes("relay.read-ahead", 0, 16 << 20),
                        settings.duration("transfer.done-grace"),
                        settings.duration("transfer.record-wait")),
                settings.bytes("transfer.max-buffered", 1, Integer.MAX_VALUE),
                new Limits(
                        settings.bytes("client.before-login.max-frame", MIN_FRAME, MAX_FRAME),
                        settings.duration("client.before-login.idle"),
                        settings.duration("client.before-login.time-to-log-in"),
                        settings.rates("client.before-login.rate")),
                new Limits(
                        settings.bytes("client.after-login.max-frame", MIN_FRAME, MAX_FRAME),
                        settings.duration("client.after-login.idle"),
                        Duration.ZERO,
                        settings.rates("client.after-login.rate")),
                limits(settings.at("link")),
                settings.duration("link.heartbeat"),
                TlsSettings.clientPorts(settings),
                TlsSettings.linkPort(settings),
                settings.duration("drain-timeout"));
    }

    private static StoreSettings store(Settings settings) {
        return new StoreSettings(
                settings.path("folder"),
                settings.number("disk-threads", 1, 64),
                settings.bytesOrUnlimited("max-file"),
                settings.bytesOrUnlimited("user-quota"),
                settings.bytesOrUnlimited("total-quota"),
                settings.bytesOrUnlimited("min-free"),
                settings.choice("resume", StoreSettings.Resume.class),
                settings.duration("retention"),
                settings.duration("partial-retention"),
                settings.duration("sweep-every"));
    }

    private static S3Settings s3(Settings settings) {
        Optional<URI> endpoint = settings.optionalText("endpoint").map(FileServerConfig::url);
        Optional<String> accessKey = settings.optionalText("access-key");
        Optional<String> secretKey = settings.optionalText("secret-key");
        if (accessKey.isPresent() != secretKey.isPresent()) {
            throw new BadConfiguration("store.s3.access-key and secret-key belong together; one of them is empty");
        }
        return new S3Settings(
                endpoint,
                settings.optionalText("region").or(() -> endpoint.map(any -> DEFAULT_REGION)),
                settings.text("bucket"),
                settings.optionalText("prefix").orElse(""),
                accessKey.map(key -> new S3Settings.Credentials(key, secretKey.orElseThrow())),
                settings.flag("path-style"),
                settings.number("upload-threads", 1, 256),
                settings.number("read-threads", 1, 256),
                settings.bytes("read-buffers", 1 << 20, Integer.MAX_VALUE),
                settings.number("attempts", 1, 100),
                settings.duration("call-timeout"));
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
                return url;
            }
        } catch (URISyntaxException e) {
            // It is said below what is wanted.
        }
        throw new BadConfiguration("store.s3.endpoint is " + text + "; want a URL such as https://minio.example:9000");
    }

    private static RecordKeeping.Settings records(Settings settings) {
        Duration first = settings.duration("retry-first");
        Duration cap = settings.duration("retry-cap");
        if (cap.compareTo(first) < 0) {
            throw new BadConfiguration("records.retry-first is longer than records.retry-cap");
        }
        return new RecordKeeping.Settings(
                settings.duration("answer-timeout"), new Backoff(first, cap), settings.duration("janitor-every"));
    }

    private static Limits limits(Settings settings) {
        return new Limits(settings.bytes("max-frame", MIN_FRAME, MAX_FRAME), settings.duration("idle"));
    }
}
