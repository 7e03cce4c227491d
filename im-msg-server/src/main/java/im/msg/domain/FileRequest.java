package im.msg.domain;

/**
 * Somebody wants to send a file.
 *
 * @param from who is logged in on the connection that asks
 * @param baseName without folders
 * @param size in bytes
 * @param mode what the sender wants, or what it has become
 */
public record FileRequest(UserId from, UserId to, String baseName, long size, TransferMode mode) {

    /** @param fileName as the sender wrote it, folders included */
    public static FileRequest of(UserId from, UserId to, String fileName, long size, TransferMode mode) {
        return new FileRequest(from, to, BaseName.of(fileName), size, mode);
    }

    FileRequest in(TransferMode decided) {
        return new FileRequest(from, to, baseName, size, decided);
    }
}
