package im.msg.domain;

import com.google.common.hash.HashCode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A stored file that waits for its receiver.
 *
 * @param size in bytes
 * @param serverId of the file-server that holds it, where that is known
 * @param expires when it is deleted if nobody has fetched it, where that is known
 * @param sha256 of all of its bytes, where that is known
 * @param group whose other members get it, if it is for a group; {@code to} is one of them, or {@link UserId#NOBODY}
 */
public record OfflineFile(
        TaskId task,
        UserId from,
        UserId to,
        String baseName,
        long size,
        Optional<String> serverId,
        Optional<Instant> expires,
        Optional<HashCode> sha256,
        OptionalInt group) {

    /**
     * What a client knows of a file.
     *
     * @param fileName as the sender wrote it, folders included
     */
    public static OfflineFile of(TaskId task, UserId from, UserId to, String fileName, long size) {
        return new OfflineFile(
                task,
                from,
                to,
                BaseName.of(fileName),
                size,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
    }

    OfflineFile heldBy(String server) {
        return new OfflineFile(task, from, to, baseName, size, Optional.of(server), expires, sha256, group);
    }

    /** What a member of the group gets. */
    OfflineFile forMember(UserId member) {
        return new OfflineFile(task, from, member, baseName, size, serverId, expires, sha256, group);
    }
}
