package im.client;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A transfer that succeeded.
 *
 * @param path the file that was sent, or the one that was received and is now in place
 * @param bytes its size
 * @param resumedAt how many of them an earlier attempt had transferred
 * @param sha256 of exactly the bytes that were sent or received, in lower-case hex
 * @param verified true when the sha256 of a file that was received is the one that was announced; false when none was, and for
 *     what was sent
 * @param expiresAt when a file that was stored is deleted if nobody has fetched it, as far as the server says so
 * @param time from the first byte asked for to the end
 */
public record TransferResult(
        String taskId,
        TransferMode mode,
        Path path,
        long bytes,
        long resumedAt,
        String sha256,
        boolean verified,
        Optional<Instant> expiresAt,
        Duration time) {}
