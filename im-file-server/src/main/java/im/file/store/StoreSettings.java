package im.file.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a {@link DiskStore} keeps files; what each setting means for an operator stands in {@code reference.conf}. No limit is
 * {@link Long#MAX_VALUE}.
 *
 * @param threads for disk work
 * @param maxFile bytes of the largest file
 * @param userQuota bytes that the files of one sender may take
 * @param totalQuota bytes that all files may take
 * @param minFree bytes of the disk that stay free
 * @param retention how long a file waits for its receiver
 * @param partialRetention how long what came of a broken upload waits for the rest
 * @param sweepEvery how often the store looks for what has become old, and counts anew what lies in its folder
 */
public record StoreSettings(
        Path folder,
        int threads,
        long maxFile,
        long userQuota,
        long totalQuota,
        long minFree,
        Resume resume,
        Duration retention,
        Duration partialRetention,
        Duration sweepEvery) {
    boolean hasQuotas() {
        return userQuota < Long.MAX_VALUE || totalQuota < Long.MAX_VALUE;
    }

    /** Whether an upload goes on where an earlier one of the same file broke off. */
    public enum Resume {
        ON,
        OFF,
        /** Only where the sender says what the whole file has to be, so that a file that was edited since cannot go unseen. */
        ONLY_WITH_SHA256;

        boolean allows(Announcement file) {
            return this == ON || this == ONLY_WITH_SHA256 && file.sha256().isPresent();
        }
    }
}
