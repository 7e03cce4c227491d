package im.file.s3;

/**
 * How a file is cut into parts, as small as S3 allows for its size: it takes at most 10,000, all as long as the first but the last.
 *
 * @param size of the file
 * @param partSize of all parts but the last
 */
record PartPlan(long size, long partSize) {
    /** S3 takes no less than 5 MiB. */
    static final long SMALLEST = 8 << 20;

    private static final int MOST_PARTS = 10_000;

    static PartPlan of(long size) {
        long partSize = SMALLEST;
        while (partSize * MOST_PARTS < size) {
            partSize *= 2;
        }
        return new PartPlan(size, partSize);
    }

    /** Too small to be cut. */
    boolean isWhole() {
        return size <= partSize;
    }

    int parts() {
        return Math.toIntExact((size + partSize - 1) / partSize);
    }

    /** @param number from 1 */
    long offset(int number) {
        return (number - 1) * partSize;
    }

    long length(int number) {
        return Math.min(partSize, size - offset(number));
    }

    /** How many parts lie within that many bytes from the start, without the last, which is complete only when the file is. */
    int partsWithin(long bytes) {
        return (int) Math.min(bytes / partSize, parts() - 1);
    }
}
