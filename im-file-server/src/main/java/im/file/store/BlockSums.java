package im.file.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The checksums of a file's blocks: the CRC32C of every {@value #BLOCK} bytes, and of what is left at the end, four bytes each. */
final class BlockSums {
    static final int BLOCK = 256 << 10;

    /** Takes them, one after the other. */
    interface Sink {
        void blockEnded(int sum) throws IOException;
    }

    private final Sink sink;
    private final CRC32C current = new CRC32C();
    private int inCurrent;

    /** @param sink has the checksums of the blocks so far */
    BlockSums(Sink sink) {
        this.sink = sink;
    }

    /** Takes in the next bytes of the file, which are in it already: a checksum never runs ahead of its block. */
    void update(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), BLOCK - inCurrent);
            current.update(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            inCurrent += length;
            if (inCurrent == BLOCK) {
                endBlock();
            }
        }
    }

    /** The file is whole: its last block is what there is. */
    void finish() throws IOException {
        if (inCurrent > 0) {
            endBlock();
        }
    }

    private void endBlock() throws IOException {
        sink.blockEnded((int) current.getValue());
        current.reset();
        inCurrent = 0;
    }

    static int of(ByteBuffer block) {
        CRC32C sum = new CRC32C();
        sum.update(block);
        return (int) sum.getValue();
    }

    /** How many checksums a file of that size has. */
    static int blocks(long size) {
        return Math.toIntExact((size + BLOCK - 1) / BLOCK);
    }
}
