package im.msg.domain;

import java.util.List;
import java.util.Optional;

/**
 * The answer to "which files wait for me?".
 *
 * @param addresses where to fetch them; there is at least one as soon as any file-server was ever reached
 */
public record WaitingFiles(List<Waiting> files, List<ServerAddress> addresses) {

    /**
     * @param addresses of the file-server that holds this very file; empty when it is not known
     * @param token for the receiver, where that file-server knows tokens
     */
    public record Waiting(OfflineFile file, List<ServerAddress> addresses, Optional<Token> token) {}
}
