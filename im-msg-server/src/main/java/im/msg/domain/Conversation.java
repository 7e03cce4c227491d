package im.msg.domain;

/**
 * What the ids of messages count in: two users, who may be one and the same, or a group.
 *
 * @param isGroup then {@code a} is the group, and {@code b} is 0
 * @param a the lower of the two users, both taken without a sign
 */
public record Conversation(boolean isGroup, int a, int b) {
    public static Conversation between(UserId one, UserId other) {
        boolean inOrder = Integer.compareUnsigned(one.value(), other.value()) <= 0;
        return inOrder
                ? new Conversation(false, one.value(), other.value())
                : new Conversation(false, other.value(), one.value());
    }

    public static Conversation ofGroup(int group) {
        return new Conversation(true, group, 0);
    }

    @Override
    public String toString() {
        String first = Integer.toUnsignedString(a);
        return isGroup ? "group " + first : first + " and " + Integer.toUnsignedString(b);
    }
}
