package im.db.domain;

import java.util.Set;

/**
 * Names a conversation: of two users, of a user with himself, or of a group. Whether there is one already is another question.
 *
 * @param key of two users the lower id in its upper half and the higher one in its lower; of a group its id alone
 */
public record Conversation(long key) {
    private static final long LOWER_HALF = 0xffff_ffffL;

    public static Conversation between(UserId one, UserId other) {
        long lower = Math.min(one.value(), other.value());
        long higher = Math.max(one.value(), other.value());
        return new Conversation(lower << Integer.SIZE | higher);
    }

    public static Conversation of(GroupId group) {
        return new Conversation(group.value());
    }

    public boolean isOfGroup() {
        return key >>> Integer.SIZE == 0;
    }

    /** Only of one that {@link #isOfGroup}. */
    public GroupId group() {
        return new GroupId(key);
    }

    /** The one or two users; not of a group. */
    public Set<UserId> users() {
        return lower().equals(higher()) ? Set.of(lower()) : Set.of(lower(), higher());
    }

    /** The other user, as this one sees it: himself when he is alone. Not of a group. */
    public UserId peerOf(UserId user) {
        return user.equals(lower()) ? higher() : lower();
    }

    private UserId lower() {
        return new UserId(key >>> Integer.SIZE);
    }

    private UserId higher() {
        return new UserId(key & LOWER_HALF);
    }

    /** The two halves are often close to each other, and would cancel each other out in a key's own hash. */
    @Override
    public int hashCode() {
        return (int) (key * 0x9e37_79b9_7f4a_7c15L >>> Integer.SIZE);
    }

    @Override
    public String toString() {
        return isOfGroup() ? "group " + key : "users " + lower() + " and " + higher();
    }
}
