package im.file.store;

import com.google.common.hash.HashCode;
import im.file.transfer.FileTask;
import java.time.Instant;
import java.util.Optional;

/**
 * A file that is to come.
 *
 * @param sha256 what the sender says it has, if it says so
 * @param expiresAt when it is to be deleted if nobody has fetched it
 */
public record Announcement(FileTask task, Optional<HashCode> sha256, Instant expiresAt) {
    /** Whether what came of that one may become this one, which has the same {@link FileKey}. */
    boolean mayContinue(Announcement broken) {
        return sha256.isEmpty() || broken.sha256.isEmpty() || sha256.equals(broken.sha256);
    }
}
