package im.db.domain;

/**
 * What a user logs in with. Upper and lower case differ.
 *
 * @param value 1 to 64 characters, none of them a control character, no blank at either end
 */
public record UserName(String value) {
    private static final int MAX_LENGTH = 64;

    /** Whether somebody could have this name. */
    public static boolean isOne(String text) {
        return !text.isBlank()
                && text.codePointCount(0, text.length()) <= MAX_LENGTH
                && text.equals(text.strip())
                && text.codePoints().noneMatch(Character::isISOControl);
    }

    /** @throws IllegalArgumentException when nobody could */
    public UserName {
        if (!isOne(value)) {
            throw new IllegalArgumentException("a user name has 1 to " + MAX_LENGTH
                    + " characters, no control characters and no blank at either end");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
