package im.msg.domain;

/**
 * A user.
 *
 * @param value the id as it travels: 32 bits without a sign
 */
public record UserId(int value) {
    public static final UserId NOBODY = new UserId(0);

    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}
