package im.file.store;

import im.server.token.TokenKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** The {@link TokenKey} of a store, in a file of its folder: servers that share the folder share the key. */
public final class TokenKeyFile {
    private static final String NAME = "token-key";

    private TokenKeyFile() {}

    /**
     * The key of this folder, made and on the disk when there was none. Of several servers that start at once one makes it, the others
     * find it.
     *
     * @throws IOException when the file cannot be read or written, or holds something else
     */
    public static TokenKey open(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            make(file);
        }
        return TokenKey.of(Files.readAllBytes(file))
                .orElseThrow(() -> new IOException(
                        file + " does not hold a key: delete it, and tokens that clients have now are good no longer"));
    }

    private static void make(Path file) throws IOException {
        Path fresh = file.resolveSibling(NAME + "." + UUID.randomUUID());
        try {
            write(fresh, TokenKey.random().bytes());
            Files.createLink(file, fresh);
            forceFolder(file.toAbsolutePath().getParent());
        } catch (FileAlreadyExistsException somebodyWasFaster) {
            // Theirs it is.
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), forTheOwnerOnly())) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] forTheOwnerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
