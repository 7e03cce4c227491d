package im.file;

import im.file.store.StoreSettings;
import im.file.transfer.TransferLimits;
import im.netlib.Backoff;
import im.netlib.Limits;
import im.server.BadConfiguration;
import im.server.Settings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * All settings of a file-server; what each means stands in {@code reference.conf}.
 *
 * @param client where the first shard listens for clients
 * @param internal where it listens for msg-servers
 * @param advertise hosts that clients are given; empty means where the server listens
 * @param maxBuffered how many bytes all uploads together may have asked for and not yet written to the disk
 */
public record FileServerConfig(
        InetSocketAddress client,
        InetSocketAddress internal,
        List<String> advertise,
        int shards,
        StoreSettings store,
        RecordKeeping.Settings records,
        boolean requireToken,
        int maxTasks,
        Duration taskTimeout,
        TransferLimits transfer,
        long maxBuffered,
        Limits beforeLogin,
        Limits afterLogin,
        Limits link,
        Duration linkHeartbeat) {
    private static final int MIN_FRAME = 256;
    private static final int MAX_FRAME = 64 << 20;

    /** @throws im.server.BadConfiguration when a setting is missing or does not fit */
    public static FileServerConfig read(Settings settings) {
        return new FileServerConfig(
                settings.listenAddress("client"),
                settings.listenAddress("internal"),
                settings.list("client.advertise"),
                settings.number("shards", 1, 256),
                store(settings.at("store")),
                records(settings.at("records")),
                settings.flag("require-token"),
                settings.number("max-tasks", 1, 10_000_000),
                settings.duration("task-timeout"),
                new TransferLimits(
                        settings.bytes("transfer.upload-block", 1, 256 << 10),
                        settings.bytes("transfer.upload-window", 1, 256 << 20),
                        settings.number("transfer.max-pulls-in-flight", 1, 65_535),
                        settings.duration("transfer.done-grace")),
                settings.bytes("transfer.max-buffered", 1, Integer.MAX_VALUE),
                limits(settings.at("client.before-login")),
                limits(settings.at("client.after-login")),
                limits(settings.at("link")),
                settings.duration("link.heartbeat"));
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
