package im.msg.domain;

import com.google.common.hash.HashCode;
import im.netlib.LargeFiles;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a receiver is told about a file.
 *
 * @param size in bytes
 * @param addresses of the file-server to fetch it from
 * @param stored true when it waits on the file-server, uploaded and recorded
 * @param expires when it is deleted if nobody has fetched it, where that is known
 * @param sha256 of all of its bytes, where that is known
 * @param token for the receiver, where the file-server knows tokens
 * @param group whose members get it, of whom the receiver is one; empty when it is for the receiver alone
 */
public record FileNotice(
        UserId from,
        UserId to,
        String baseName,
        long size,
        TaskId task,
        List<ServerAddress> addresses,
        TransferMode mode,
        boolean stored,
        Optional<Instant> expires,
        Optional<HashCode> sha256,
        Optional<Token> token,
        OptionalInt group) {

    /** Whether this client can do anything with the file. */
    boolean suits(OnlineClient client) {
        return client.takesLargeFiles() || !LargeFiles.isLarge(size);
    }
}
