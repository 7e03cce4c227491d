package im.client;

import io.netty.buffer.ByteBuf;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file that is sent, and its checksum: of what was sent of it, or of what is there before. One thread at a time.
 */
final class SourceFile implements Closeable {
    /** How much one step of a checksum reads: little enough to be stopped in between. */
    static final int HASHED_AT_ONCE = 8 << 20;

    private static final int HASH_BUFFER_SIZE = 256 << 10;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final Sha256 sha256 = new Sha256();
    private long hashed;
    private String hex;

    private SourceFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    /** @throws IOException when it is not a file that can be read; the message says so */
    static SourceFile open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("a directory cannot be sent: " + path);
        }
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("not a regular file: " + path);
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        return new SourceFile(path, channel, channel.size());
    }

    Path path() {
        return path;
    }

    /** The last part of its path: what the receiver is told. */
    String name() {
        return path.toAbsolutePath().normalize().getFileName().toString();
    }

    /** As it was when the file was opened. */
    long size() {
        return size;
    }

    /** Reads exactly {@code length} bytes to the end of {@code into}. */
    void read(long offset, int length, ByteBuf into) throws IOException {
        long position = offset;
        for (int left = length; left > 0; ) {
            int n = into.writeBytes(channel, position, left);
            if (n <= 0) {
                throw changed();
            }
            position += n;
            left -= n;
        }
    }

    /**
     * Counts what was read at {@code offset} into the checksum, if it continues what was counted before.
     *
     * @return whether that completes it
     */
    boolean hash(long offset, ByteBuf data) {
        int length = data.readableBytes();
        if (offset <= hashed && hashed < offset + length) {
            int known = (int) (hashed - offset);
            sha256.update(data.nioBuffer(data.readerIndex() + known, length - known));
            hashed = offset + length;
            return hashed == size;
        }
        return false;
    }

    private IOException changed() {
        return new IOException("the file became shorter while it was being sent: " + path);
    }

    /** Counts the next piece into the checksum. */
    void hashNext() throws IOException {
        hashUpTo(Math.min(size, hashed + HASHED_AT_ONCE));
    }

    /** How much of the file is in the checksum, from its beginning. */
    long hashed() {
        return hashed;
    }

    private void hashUpTo(long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(HASH_BUFFER_SIZE);
        while (hashed < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - hashed));
            int n = channel.read(buffer, hashed);
            if (n <= 0) {
                throw changed();
            }
            sha256.update(buffer.flip());
            hashed += n;
        }
    }

    /** Of the whole file: what is not in it yet is read. */
    String sha256() throws IOException {
        if (hex == null) {
            hashUpTo(size);
            hex = sha256.hex();
        }
        return hex;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
