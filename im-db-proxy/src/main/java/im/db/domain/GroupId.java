package im.db.domain;

/**
 * A group's number.
 *
 * @param value 1 to 2^32 - 1
 */
public record GroupId(long value) {
    private static final long MAX = 0xffff_ffffL;

    /** @throws IllegalArgumentException when out of range */
    public GroupId {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException("no group has the id " + value);
        }
    }

    /** Of a number as the protocol has it, unsigned. */
    public static GroupId ofUnsigned(int wire) {
        return new GroupId(Integer.toUnsignedLong(wire));
    }

    /** As the protocol has it, unsigned. */
    public int unsigned() {
        return (int) value;
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
