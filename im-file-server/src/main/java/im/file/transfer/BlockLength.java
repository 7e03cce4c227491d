package im.file.transfer;

import im.netlib.Block;
import im.netlib.ProtocolViolation;

/** The one judgement of whether a block is what was asked for. */
final class BlockLength {
    /** One client of the family always answers this many bytes, with zeros behind the data. */
    private static final int PADDED_LENGTH = 32 << 10;

    private BlockLength() {}

    /**
     * @param wanted how many bytes were asked for and are there; the block is to be cut to that
     * @throws ProtocolViolation when it is shorter, or longer by more than that padding
     */
    static void check(Block block, int wanted) {
        int length = block.dataLength();
        boolean padded = length == PADDED_LENGTH && wanted < length && block.isZeroFrom(wanted);
        if (length != wanted && !padded) {
            throw new ProtocolViolation(
                    "a block of " + length + " bytes at " + block.offset() + " where " + wanted + " were asked for");
        }
    }
}
