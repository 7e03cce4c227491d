package im.client;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A transfer that succeeded.
 *
 * @param path the file that was sent, or the one that was received and is now in place
 * @param bytes its size
 * @param sha256 of exactly the bytes that were sent or received, in lower-case hex
 * @param time from the first byte asked for to the end
 */
public record TransferResult(String taskId, TransferMode mode, Path path, long bytes, String sha256, Duration time) {}
