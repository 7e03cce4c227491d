package im.db.domain;

import com.google.common.hash.HashCode;
import java.time.Instant;
import java.util.Optional;

/**
 * A file that is stored on a file-server and waits for its receiver, or for all other members of a group.
 *
 * @param to for whom it is; of a file for a group its sender
 * @param fileName 1 to 1024 characters, no control characters
 * @param size in bytes, 0 to 2^60
 * @param fileServerId which file-server has it, if known; up to 128 characters
 * @param expires when it stops waiting, if ever; whole seconds, in the years 1970 to 9999
 * @param sha256 of all of its bytes, if known
 * @param group for whose other members it is, if it is for a group
 */
public record OfflineFile(
        TaskId taskId,
        UserId from,
        UserId to,
        String fileName,
        long size,
        Optional<String> fileServerId,
        Optional<Instant> expires,
        Optional<HashCode> sha256,
        Optional<GroupId> group) {
    private static final int MAX_NAME_LENGTH = 1024;
    private static final int MAX_SERVER_ID_LENGTH = 128;
    private static final long MAX_SIZE = 1L << 60;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final int SHA256_BITS = 256;

    /** For whom it is, for people. */
    public String receiver() {
        return group.map(id -> "group " + id).orElseGet(to::toString);
    }

    /** @throws IllegalArgumentException when a value is out of range */
    public OfflineFile {
        if (fileName.isEmpty()
                || fileName.codePointCount(0, fileName.length()) > MAX_NAME_LENGTH
                || fileName.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not a file name");
        }
        if (size < 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException("not a size: " + size);
        }
        if (fileServerId.filter(id -> id.length() > MAX_SERVER_ID_LENGTH).isPresent()) {
            throw new IllegalArgumentException("not the id of a file-server");
        }
        if (expires.filter(time -> time.isBefore(Instant.EPOCH) || time.isAfter(LATEST))
                .isPresent()) {
            throw new IllegalArgumentException("not a time: " + expires.get());
        }
        if (sha256.filter(hash -> hash.bits() != SHA256_BITS).isPresent()) {
            throw new IllegalArgumentException("not a sha256");
        }
    }

    /** Whether this says the same as the other about one transfer; what is optional may become known later. */
    public boolean isSameTransferAs(OfflineFile other) {
        return taskId.equals(other.taskId)
                && from.equals(other.from)
                && to.equals(other.to)
                && group.equals(other.group)
                && fileName.equals(other.fileName)
                && size == other.size;
    }
}
