package im.db.domain;

/**
 * Where pushes for a user go.
 *
 * @param clientType as in the protocol; a user has one token for each
 * @param token 1 to {@value #MAX_LENGTH} characters
 */
public record DeviceToken(UserId user, int clientType, String token) {
    private static final int MAX_LENGTH = 512;

    /** @throws IllegalArgumentException when the token is too long or empty */
    public DeviceToken {
        if (token.isEmpty() || token.codePointCount(0, token.length()) > MAX_LENGTH) {
            throw new IllegalArgumentException("a token for pushes has 1 to " + MAX_LENGTH + " characters");
        }
    }
}
