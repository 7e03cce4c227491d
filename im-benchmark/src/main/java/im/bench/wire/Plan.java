package im.bench.wire;

/**
 * How much goes how.
 *
 * @param size of a file
 * @param count of files
 * @param concurrency how many at a time
 * @param block what a receiver asks for at a time; of an upload the server decides
 * @param window how many bytes a receiver keeps asked for; one block is always
 */
public record Plan(long size, int count, int concurrency, int block, long window) {
    static final long MAX_SIZE = 0xffff_ffffL;

    public Plan {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a file of 1 to " + MAX_SIZE + " bytes, not " + size);
        }
        if (count < 1 || concurrency < 1) {
            throw new IllegalArgumentException("at least one file, and one at a time");
        }
        if (block < 1 || block > Content.MAX_LENGTH) {
            throw new IllegalArgumentException("a block of 1 to " + Content.MAX_LENGTH + " bytes, not " + block);
        }
    }

    public long totalBytes() {
        return size * count;
    }

    public Plan withConcurrency(int transfersAtATime) {
        return new Plan(size, count, transfersAtATime, block, window);
    }

    public Plan withCount(int files) {
        return new Plan(size, files, concurrency, block, window);
    }
}
