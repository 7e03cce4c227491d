package im.file.store;

import im.file.transfer.CommittedFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What stands in a committed file behind its bytes, so that one file is forced and gets its name, and all that belongs to it with it:
 *
 * <pre>
 * the {@link BlockSums}
 * the {@link FileDescription}
 * 4 bytes   the length of the description
 * 4 bytes   the CRC32C of the description
 * 8 bytes   {@link #MAGIC}
 * </pre>
 *
 * <p>Numbers are big-endian.
 */
final class FileTail {
    /** "imfile", and the version of this layout. */
    private static final long MAGIC = 0x696d_6669_6c65_0001L;

    private static final int END = 2 * Integer.BYTES + Long.BYTES;
    /** The end of a file that is read first; nearly every description lies in it. */
    private static final int AT_ONCE = 1024;

    private static final int MAX_DESCRIPTION = 1 << 20;

    private FileTail() {}

    /** @param sums of all blocks of that file */
    static ByteBuffer of(CommittedFile file, byte[] sums) {
        byte[] description = FileDescription.of(file).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(sums.length + description.length + END)
                .put(sums)
                .put(description)
                .putInt(description.length)
                .putInt(crc32c(ByteBuffer.wrap(description)))
                .putLong(MAGIC)
                .flip();
    }

    /**
     * Reads what is known of a file, and sees whether it has its length. Does not look at its bytes.
     *
     * @param where it lies, for people
     * @throws IOException also when it has no such tail, or one that is damaged
     */
    static CommittedFile read(FileChannel file, Object where) throws IOException {
        long size = file.size();
        ByteBuffer tail = last(AT_ONCE, file, size);
        if (tail.remaining() < END || tail.getLong(tail.limit() - Long.BYTES) != MAGIC) {
            throw new IOException(where + " does not end as a stored file does");
        }
        int length = tail.getInt(tail.limit() - END);
        if (length < 0 || length > Math.min(size - END, MAX_DESCRIPTION)) {
            throw new IOException(where + " has no description of " + length + " bytes");
        }
        if (length + END > tail.remaining()) {
            tail = last(length + END, file, size);
        }
        ByteBuffer description = tail.slice(tail.limit() - END - length, length);
        if (crc32c(description.duplicate()) != tail.getInt(tail.limit() - END + Integer.BYTES)) {
            throw new IOException(where + " has a description that is damaged");
        }
        CommittedFile about =
                FileDescription.parse(StandardCharsets.UTF_8.decode(description).toString(), where);
        long bytes = about.task().size();
        if (bytes < 0 || size != bytes + (long) Integer.BYTES * BlockSums.blocks(bytes) + length + END) {
            throw new IOException(where + " has " + size + " bytes, which is not what a file of " + bytes + " has");
        }
        return about;
    }

    private static ByteBuffer last(int length, FileChannel file, long size) throws IOException {
        ByteBuffer tail = ByteBuffer.allocate((int) Math.min(length, size));
        long from = size - tail.capacity();
        while (tail.hasRemaining()) {
            if (file.read(tail, from + tail.position()) < 0) {
                throw new EOFException("a file became shorter while it was read");
            }
        }
        return tail.flip();
    }

    private static int crc32c(ByteBuffer of) {
        CRC32C sum = new CRC32C();
        sum.update(of);
        return (int) sum.getValue();
    }
}
