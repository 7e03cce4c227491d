package im.msg.domain;

import com.google.common.hash.HashCode;
import im.netlib.LargeFiles;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Somebody wants to send a file.
 *
 * @param from who is logged in on the connection that asks
 * @param to of a file for a group {@link UserId#NOBODY}
 * @param baseName without folders
 * @param size in bytes
 * @param mode what the sender wants, or what it has become
 * @param sha256 of all of its bytes, if the sender has said it
 * @param onlineOnly whether the sender wants to hear first if it would be stored
 * @param group whose other members are all to get it, if it is for a group
 */
public record FileRequest(
        UserId from,
        UserId to,
        String baseName,
        long size,
        TransferMode mode,
        Optional<HashCode> sha256,
        boolean onlineOnly,
        OptionalInt group) {

    /** @param fileName as the sender wrote it, folders included */
    public static FileRequest of(
            UserId from, UserId to, String fileName, long size, TransferMode mode, Optional<HashCode> sha256) {
        return new FileRequest(from, to, BaseName.of(fileName), size, mode, sha256, false, OptionalInt.empty());
    }

    /** As {@link #of}; what is for a group is always stored. */
    public static FileRequest toGroup(UserId from, int group, String fileName, long size, Optional<HashCode> sha256) {
        return new FileRequest(
                from,
                UserId.NOBODY,
                BaseName.of(fileName),
                size,
                TransferMode.OFFLINE,
                sha256,
                false,
                OptionalInt.of(group));
    }

    FileRequest in(TransferMode decided) {
        return new FileRequest(from, to, baseName, size, decided, sha256, onlineOnly, group);
    }

    public FileRequest onlineOnly(boolean wanted) {
        return new FileRequest(from, to, baseName, size, mode, sha256, wanted, group);
    }

    /** For whom it is, for people. */
    public String receiver() {
        return group.isPresent() ? "group " + Integer.toUnsignedString(group.getAsInt()) : to.toString();
    }

    /** Whether only those can take part who can handle files of 4 GiB and more. */
    public boolean isLarge() {
        return LargeFiles.isLarge(size);
    }
}
