package im.route.domain;

/**
 * A user.
 *
 * @param value the id as it travels: 32 bits without a sign
 */
public record UserId(int value) {
    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}
