package im.file.store;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The open pieces of a file that comes in: its bytes, and the checksums of those. For one thread at a time.
 *
 * <p>How much there is of it is never written down but measured: as many blocks from the start as have the checksums that they had
 * when they came.
 */
public final class PartialFile implements Closeable {
    private final PartialPaths paths;
    private final long wholeSize;
    private final boolean wasAnother;
    private final Disk.OpenFile data;
    private final Disk.OpenFile sumsFile;
    private final BlockSums sums;
    private final Hasher sha256 = Hashing.sha256().newHasher();
    private long size;
    private boolean torn;
    private boolean doubtful;

    private PartialFile(
            PartialPaths paths, long wholeSize, boolean wasAnother, Disk.OpenFile data, Disk.OpenFile sumsFile) {
        this.paths = paths;
        this.wholeSize = wholeSize;
        this.wasAnother = wasAnother;
        this.data = data;
        this.sumsFile = sumsFile;
        this.sums = new BlockSums(sumsFile);
    }

    /** A new one, in a new folder. */
    static PartialFile create(Disk disk, PartialPaths paths, Announcement file) throws IOException {
        disk.makeFolder(paths.folder());
        // Not forced, as nothing is before the commit: without it, what came is of no use, and comes again.
        try (Disk.OpenFile info = disk.create(paths.info())) {
            info.append(StandardCharsets.UTF_8.encode(FileDescription.of(file)));
        }
        Disk.OpenFile data = disk.create(paths.data());
        try {
            return new PartialFile(paths, file.task().size(), false, data, disk.create(paths.sums()));
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /** One that broke off; {@link #verify} has to follow. */
    static PartialFile reopen(Disk disk, PartialPaths paths, long wholeSize) throws IOException {
        Disk.OpenFile data = disk.open(paths.data());
        try {
            return new PartialFile(paths, wholeSize, true, data, disk.open(paths.sums()));
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    PartialPaths paths() {
        return paths;
    }

    /** Whether it has been that of another upload, so that its folder may be left under the name of that after a loss of power. */
    boolean wasAnother() {
        return wasAnother;
    }

    /** How many bytes there are from the start. */
    long size() {
        return size;
    }

    /**
     * Checks the next blocks of a file that broke off, and cuts off everything from the first that is not as it came.
     *
     * @return false when there is no more to check
     */
    boolean verify(int blocks) throws IOException {
        for (int i = 0; i < blocks; i++) {
            if (!verifyBlock()) {
                data.truncate(size);
                sumsFile.truncate((long) Integer.BYTES * BlockSums.blocks(size));
                return false;
            }
        }
        return true;
    }

    private boolean verifyBlock() throws IOException {
        int length = (int) Math.min(BlockSums.BLOCK, wholeSize - size);
        long sumAt = (long) Integer.BYTES * BlockSums.blocks(size);
        if (length == 0 || data.size() < size + length || sumsFile.size() < sumAt + Integer.BYTES) {
            return false;
        }
        ByteBuffer block = read(size, length);
        ByteBuffer sum = ByteBuffer.allocate(Integer.BYTES);
        sumsFile.read(sum, sumAt);
        if (BlockSums.of(block.duplicate()) != sum.getInt(0)) {
            return false;
        }
        sha256.putBytes(block);
        size += length;
        return true;
    }

    ByteBuffer read(long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        data.read(bytes, offset);
        return bytes.flip();
    }

    /** Writes the next bytes of the file. What cannot be written whole leaves nothing but {@link #close}. */
    void append(ByteBuffer... pieces) throws IOException {
        long length = Arrays.stream(pieces).mapToLong(ByteBuffer::remaining).sum();
        if (length > wholeSize - size) {
            throw new IOException(paths.data() + " would have more than " + wholeSize + " bytes");
        }
        if (torn) {
            throw new IOException(paths.data() + " did not take what came before");
        }
        torn = true;
        // Before they are written, since that brings them into the cache of the processor that copies them then.
        for (ByteBuffer piece : pieces) {
            sha256.putBytes(piece.duplicate());
        }
        data.append(duplicates(pieces));
        for (ByteBuffer piece : pieces) {
            sums.update(piece.duplicate());
        }
        torn = false;
        size += length;
    }

    private static ByteBuffer[] duplicates(ByteBuffer[] pieces) {
        return Arrays.stream(pieces).map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
    }

    /**
     * Makes the bytes of a file that is whole survive a loss of power, and the checksums known; then nothing can be added.
     *
     * @throws IOException when it is not whole
     */
    HashCode finish() throws IOException {
        if (size != wholeSize || data.size() != wholeSize) {
            throw new IOException(paths.data() + " has " + size + " of " + wholeSize + " bytes");
        }
        sums.finish();
        doubtful = true;
        data.force();
        doubtful = false;
        return sha256.hash();
    }

    /**
     * Some of the bytes, to be read again while more come in. Any thread may ask.
     *
     * @param offset where a block begins
     * @param length of whole blocks, or to the end of a file that is finished
     */
    public PartialSlice slice(long offset, long length) throws IOException {
        return PartialSlice.open(paths, offset, length);
    }

    /** Whether the disk may have lost bytes without saying it a second time: what it could not force once it may call forced the next time. */
    boolean isDoubtful() {
        return doubtful;
    }

    /** Of a file that is finished. */
    byte[] sums() throws IOException {
        byte[] all = new byte[Math.toIntExact(sumsFile.size())];
        sumsFile.read(ByteBuffer.wrap(all), 0);
        return all;
    }

    @Override
    public void close() throws IOException {
        data.close();
        sumsFile.close();
    }
}
