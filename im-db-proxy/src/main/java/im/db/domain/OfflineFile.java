package im.db.domain;

import java.util.Optional;

/**
 * A file that is stored on a file-server and waits for its receiver.
 *
 * @param fileName 1 to 1024 characters, no control characters
 * @param size in bytes, 0 or more
 * @param fileServerId which file-server has it, if known; up to 128 characters
 */
public record OfflineFile(
        TaskId taskId, UserId from, UserId to, String fileName, long size, Optional<String> fileServerId) {
    private static final int MAX_NAME_LENGTH = 1024;
    private static final int MAX_SERVER_ID_LENGTH = 128;

    /** @throws IllegalArgumentException when a value is out of range */
    public OfflineFile {
        if (fileName.isEmpty()
                || fileName.codePointCount(0, fileName.length()) > MAX_NAME_LENGTH
                || fileName.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not a file name");
        }
        if (size < 0) {
            throw new IllegalArgumentException("not a size: " + size);
        }
        if (fileServerId.filter(id -> id.length() > MAX_SERVER_ID_LENGTH).isPresent()) {
            throw new IllegalArgumentException("not the id of a file-server");
        }
    }

    /** Whether this says the same as the other about one transfer; on which server it lies may become known later. */
    public boolean isSameTransferAs(OfflineFile other) {
        return taskId.equals(other.taskId)
                && from.equals(other.from)
                && to.equals(other.to)
                && fileName.equals(other.fileName)
                && size == other.size;
    }
}
