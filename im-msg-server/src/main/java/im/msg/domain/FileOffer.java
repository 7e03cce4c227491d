package im.msg.domain;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A file request that found its file-server.
 *
 * @param request with the mode that was decided
 * @param senderToken for the sender, where the file-server knows tokens
 * @param receiverToken for the receiver
 */
public record FileOffer(
        FileRequest request, CreatedTask task, Optional<Token> senderToken, Optional<Token> receiverToken) {

    /** What the receiver is told while the file is not stored yet. */
    FileNotice notice() {
        return new FileNotice(
                request.from(),
                request.to(),
                request.baseName(),
                request.size(),
                task.id(),
                task.addresses(),
                request.mode(),
                false,
                task.expires(),
                request.sha256(),
                receiverToken,
                OptionalInt.empty());
    }
}
