package im.file.store;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.zip.CRC32C;

/** Bytes of a {@link PartialFile} that do not change any more. For one thread, though not that of the file; open until it is closed. */
public final class PartialSlice implements Closeable {
    private final PartialPaths paths;
    private final FileChannel data;
    private final long offset;
    private final long length;

    private PartialSlice(PartialPaths paths, FileChannel data, long offset, long length) {
        this.paths = paths;
        this.data = data;
        this.offset = offset;
        this.length = length;
    }

    static PartialSlice open(PartialPaths paths, long offset, long length) throws IOException {
        if (offset % BlockSums.BLOCK != 0) {
            throw new IllegalArgumentException(offset + " is in the middle of a block");
        }
        return new PartialSlice(paths, FileChannel.open(paths.data()), offset, length);
    }

    public long length() {
        return length;
    }

    /**
     * The CRC32C of all these bytes.
     *
     * @throws IOException also when a block has not the checksum that it had when it came
     */
    public int crc32c() throws IOException {
        CRC32C all = new CRC32C();
        ByteBuffer block = ByteBuffer.allocate(BlockSums.BLOCK);
        ByteBuffer sum = ByteBuffer.allocate(Integer.BYTES);
        try (FileChannel sums = FileChannel.open(paths.sums())) {
            for (long at = 0; at < length; at += BlockSums.BLOCK) {
                block.clear().limit((int) Math.min(BlockSums.BLOCK, length - at));
                read(data, block, offset + at);
                read(sums, sum.clear(), (long) Integer.BYTES * ((offset + at) / BlockSums.BLOCK));
                if (BlockSums.of(block.duplicate()) != sum.getInt(0)) {
                    throw new IOException(
                            paths.data() + " is damaged within " + BlockSums.BLOCK + " bytes from " + (offset + at));
                }
                all.update(block);
            }
        }
        return (int) all.getValue();
    }

    /** Fills the buffer, and flips it. */
    private void read(FileChannel from, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = from.read(into, at);
            if (count < 0) {
                throw new EOFException(paths.data() + " or its checksums end at " + at);
            }
            at += count;
        }
        into.flip();
    }

    /** All of the bytes, from the start each time; it need not be closed. */
    public InputStream stream() {
        return new InputStream() {
            private long at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] into, int from, int max) throws IOException {
                Objects.checkFromIndexSize(from, max, into.length);
                if (max == 0) {
                    return 0;
                }
                if (at == length) {
                    return -1;
                }
                int count = data.read(ByteBuffer.wrap(into, from, (int) Math.min(max, length - at)), offset + at);
                if (count < 0) {
                    throw new EOFException(paths.data() + " ends at " + (offset + at));
                }
                at += count;
                return count;
            }
        };
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
