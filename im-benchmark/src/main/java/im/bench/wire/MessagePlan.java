package im.bench.wire;

/**
 * Who writes how much to whom.
 *
 * @param pairs of users, of whom one writes to the other
 * @param size of a message
 */
public record MessagePlan(int pairs, int size) {
    private static final int MAX_PAIRS = 10_000;
    private static final int MAX_SIZE = 512;

    public MessagePlan {
        if (pairs < 1 || pairs > MAX_PAIRS) {
            throw new IllegalArgumentException("1 to " + MAX_PAIRS + " pairs, not " + pairs);
        }
        if (size < MessageLoad.HEAD || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "a message of " + MessageLoad.HEAD + " to " + MAX_SIZE + " bytes, not " + size);
        }
    }
}
