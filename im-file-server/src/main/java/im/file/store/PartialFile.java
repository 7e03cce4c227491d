package im.file.store;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import im.file.transfer.CommittedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The open pieces of a file that comes in: its bytes, and the checksums of those. For one thread at a time.
 *
 * <p>How much there is of it is never written down but measured: as many blocks from the start as have the checksums that they had
 * when they came.
 */
public final class PartialFile implements Closeable {
    private final Disk disk;
    private final PartialPaths paths;
    private final Announcement file;
    private final long wholeSize;
    private final boolean wasAnother;
    private final Disk.OpenFile data;
    /** Empty until {@link #describe}. */
    private Optional<Disk.OpenFile> sumsFile;
    /** What is not in that file yet. */
    private byte[] lastSum = {};

    private final BlockSums sums = new BlockSums(this::blockEnded);
    private final Hasher sha256 = Hashing.sha256().newHasher();
    private long size;
    private boolean torn;
    private boolean finished;
    private boolean doubtful;

    private PartialFile(
            Disk disk,
            PartialPaths paths,
            Announcement file,
            boolean wasAnother,
            Disk.OpenFile data,
            Optional<Disk.OpenFile> sumsFile) {
        this.disk = disk;
        this.paths = paths;
        this.file = file;
        this.wholeSize = file.task().size();
        this.wasAnother = wasAnother;
        this.data = data;
        this.sumsFile = sumsFile;
    }

    /** A new one, in a new folder. */
    static PartialFile create(Disk disk, PartialPaths paths, Announcement file) throws IOException {
        disk.makeFolder(paths.folder());
        PartialFile created = new PartialFile(disk, paths, file, false, disk.create(paths.data()), Optional.empty());
        try {
            if (file.task().size() > BlockSums.BLOCK) {
                created.describe();
            }
            return created;
        } catch (IOException | RuntimeException e) {
            created.close();
            throw e;
        }
    }

    /** One that broke off; {@link #verify} has to follow. */
    static PartialFile reopen(Disk disk, PartialPaths paths, Announcement file) throws IOException {
        Disk.OpenFile data = disk.open(paths.data());
        try {
            return new PartialFile(disk, paths, file, true, data, Optional.of(disk.open(paths.sums())));
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /**
     * Writes beside the bytes what somebody else needs to go on with them, if that has not been done. A file of one block does without
     * it for as long as nobody can go on with it, as most are committed before that.
     */
    public void describe() throws IOException {
        if (sumsFile.isEmpty()) {
            // Not forced, as nothing is before the commit: without it, what came is of no use, and comes again.
            try (Disk.OpenFile info = disk.create(paths.info())) {
                info.append(StandardCharsets.UTF_8.encode(FileDescription.of(file)));
            }
            sumsFile = Optional.of(disk.create(paths.sums()));
            sumsFile.get().append(ByteBuffer.wrap(lastSum));
            lastSum = new byte[0];
        }
    }

    private void blockEnded(int sum) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).putInt(0, sum);
        if (sumsFile.isPresent()) {
            sumsFile.get().append(bytes);
        } else {
            lastSum = bytes.array();
        }
    }

    /** Whether there may be a block of it, with its checksum. */
    boolean isOfUse() {
        return wholeSize > BlockSums.BLOCK || finished;
    }

    PartialPaths paths() {
        return paths;
    }

    /** Whether it has been that of another upload. */
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
                sumsFile.orElseThrow().truncate((long) Integer.BYTES * BlockSums.blocks(size));
                return false;
            }
        }
        return true;
    }

    private boolean verifyBlock() throws IOException {
        Disk.OpenFile sumsThere = sumsFile.orElseThrow();
        int length = (int) Math.min(BlockSums.BLOCK, wholeSize - size);
        long sumAt = (long) Integer.BYTES * BlockSums.blocks(size);
        if (length == 0 || data.size() < size + length || sumsThere.size() < sumAt + Integer.BYTES) {
            return false;
        }
        ByteBuffer block = read(size, length);
        ByteBuffer sum = ByteBuffer.allocate(Integer.BYTES);
        sumsThere.read(sum, sumAt);
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
     * Makes the checksums of a file that is whole known; then nothing can be added.
     *
     * @throws IOException when it is not whole
     */
    HashCode finish() throws IOException {
        if (size != wholeSize || data.size() != wholeSize) {
            throw new IOException(paths.data() + " has " + size + " of " + wholeSize + " bytes");
        }
        sums.finish();
        finished = true;
        return sha256.hash();
    }

    /** Writes the {@link FileTail} of a file that is finished behind its bytes, and makes all of it survive a loss of power. */
    void seal(CommittedFile about) throws IOException {
        data.append(FileTail.of(about, sums()));
        doubtful = true;
        data.force();
        doubtful = false;
    }

    private byte[] sums() throws IOException {
        if (sumsFile.isEmpty()) {
            return lastSum;
        }
        byte[] all = new byte[Integer.BYTES * BlockSums.blocks(wholeSize)];
        sumsFile.get().read(ByteBuffer.wrap(all), 0);
        return all;
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

    @Override
    public void close() throws IOException {
        data.close();
        if (sumsFile.isPresent()) {
            sumsFile.get().close();
        }
    }
}
