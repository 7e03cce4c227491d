package im.db.domain;

/**
 * A salted slow hash over what clients send as password.
 *
 * @param text in the usual notation, which names algorithm, cost and salt
 */
public record PasswordHash(String text) {
    /** Not for logs. */
    @Override
    public String toString() {
        return "(hash)";
    }
}
