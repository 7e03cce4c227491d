package im.file.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Settings of stores for tests, and a process that dies. */
public final class StoreFixture {
    /** In the names of what a dead process left behind. */
    static final String DEAD = "dead";

    private StoreFixture() {}

    /** Without limits. */
    public static StoreSettings settings(Path folder) {
        return new StoreSettings(
                folder,
                2,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                0,
                StoreSettings.Resume.ON,
                Duration.ofDays(30),
                Duration.ofDays(1),
                Duration.ofDays(1));
    }

    static StoreSettings with(StoreSettings as, StoreSettings.Resume resume) {
        return changed(as, as.maxFile(), as.userQuota(), as.totalQuota(), as.minFree(), resume);
    }

    static StoreSettings withMaxFile(StoreSettings as, long maxFile) {
        return changed(as, maxFile, as.userQuota(), as.totalQuota(), as.minFree(), as.resume());
    }

    public static StoreSettings withQuotas(StoreSettings as, long userQuota, long totalQuota) {
        return changed(as, as.maxFile(), userQuota, totalQuota, as.minFree(), as.resume());
    }

    static StoreSettings withMinFree(StoreSettings as, long minFree) {
        return changed(as, as.maxFile(), as.userQuota(), as.totalQuota(), minFree, as.resume());
    }

    private static StoreSettings changed(
            StoreSettings as,
            long maxFile,
            long userQuota,
            long totalQuota,
            long minFree,
            StoreSettings.Resume resume) {
        return new StoreSettings(
                as.folder(),
                as.threads(),
                maxFile,
                userQuota,
                totalQuota,
                minFree,
                resume,
                as.retention(),
                as.partialRetention(),
                as.sweepEvery());
    }

    /** Opens a store, without limits, on a disk that may fail. */
    public static DiskStore open(Path folder, FailingDisk disk) throws IOException {
        return DiskStore.open(settings(folder), disk, InstantSource.system());
    }

    /** Makes it look as if an upload that is under way were that of a process that has died since. */
    static void leaveLikeADeadProcess(Path store, FileKey upload) throws IOException {
        Path incoming = store.resolve("incoming");
        Path dead = Files.createDirectory(incoming.resolve(DEAD + UUID.randomUUID()));
        Files.createFile(incoming.resolve(dead.getFileName() + ".lock"));
        List<Path> uploads;
        try (Stream<Path> all = Files.walk(incoming)) {
            uploads = all.filter(path -> path.getFileName().toString().startsWith(upload.toString()))
                    .toList();
        }
        for (Path each : uploads) {
            Files.move(each, dead.resolve(each.getFileName()));
        }
    }

    /** Makes it look as if all processes that use a store had died since. */
    static void nobodyLives(Path store) throws IOException {
        List<Path> owners;
        try (Stream<Path> all = Files.list(store.resolve("incoming"))) {
            owners = all.filter(Files::isDirectory).toList();
        }
        for (Path owner : owners) {
            Files.move(owner, owner.resolveSibling(DEAD + UUID.randomUUID()));
        }
    }
}
