package im.msg.domain;

/**
 * A file request that found its file-server.
 *
 * @param request with the mode that was decided
 */
public record FileOffer(FileRequest request, CreatedTask task) {

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
                false);
    }
}
