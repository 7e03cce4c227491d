package im.msg.domain;

/**
 * A message that is to be stored.
 *
 * @param to a user or a group, as the type says
 * @param data opaque, at most {@link #MAX_DATA} bytes; nobody changes them
 */
public record NewMessage(UserId from, int to, MessageType type, byte[] data) {
    public static final int MAX_DATA = 64 << 10;

    public Conversation conversation() {
        return type.isForGroup() ? Conversation.ofGroup(to) : Conversation.between(from, new UserId(to));
    }
}
