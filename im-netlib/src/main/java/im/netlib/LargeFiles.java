package im.netlib;

import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/**
 * Sizes and offsets of files, each in a pair of fields: the protocol's own of 32 bits, and one of ours for what does not fit in
 * there. This is the one place that knows how such a pair is written and read.
 *
 * <p>Reading never fails: what has no sense is a number too large for anything, which whoever asked for it refuses.
 */
public final class LargeFiles {
    private static final long MAX_UINT32 = 0xffff_ffffL;

    private LargeFiles() {}

    /** Whether a size or an offset takes more than the 32 bits that peers without {@code Capabilities.LARGE_FILES} understand. */
    public static boolean isLarge(long value) {
        return value > MAX_UINT32;
    }

    /** A size, from {@code file_size} and {@code file_size_64}. */
    public static long size(int fileSize, boolean hasFileSize64, long fileSize64) {
        return read(fileSize, hasFileSize64, fileSize64);
    }

    /** An offset, from {@code offset} and {@code offset_64}. */
    public static long offset(int offset, boolean hasOffset64, long offset64) {
        return read(offset, hasOffset64, offset64);
    }

    private static long read(int narrow, boolean hasWide, long wide) {
        if (!hasWide) {
            return Integer.toUnsignedLong(narrow);
        }
        return wide < 0 ? Long.MAX_VALUE : wide;
    }

    /**
     * Writes a size: {@code file_size} says 4294967295 when it is larger.
     *
     * @param fileSize64 only called then
     */
    public static void putSize(long size, IntConsumer fileSize, LongConsumer fileSize64) {
        fileSize.accept((int) Math.min(size, MAX_UINT32));
        if (isLarge(size)) {
            fileSize64.accept(size);
        }
    }

    /**
     * Writes an offset: {@code offset} has its lower 32 bits.
     *
     * @param offset64 only called when there are more
     */
    public static void putOffset(long value, IntConsumer offset, LongConsumer offset64) {
        offset.accept((int) value);
        if (isLarge(value)) {
            offset64.accept(value);
        }
    }
}
