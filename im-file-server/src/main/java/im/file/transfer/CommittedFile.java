package im.file.transfer;

import com.google.common.hash.HashCode;
import java.time.Instant;

/**
 * A file that the store has, whole and safe.
 *
 * @param sha256 of all of its bytes
 * @param storedAt when it was committed
 * @param expiresAt when it is to be deleted if nobody has fetched it
 */
public record CommittedFile(FileTask task, HashCode sha256, Instant storedAt, Instant expiresAt) {}
