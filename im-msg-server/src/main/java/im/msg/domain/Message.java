package im.msg.domain;

/**
 * A message that is stored.
 *
 * @param content what its sender gave
 * @param id counts in its conversation, from 1, without a sign
 * @param created seconds since 1970, without a sign
 */
public record Message(NewMessage content, int id, int created) {
    /** What no other message has. */
    public record Key(Conversation conversation, int id) {}

    public Key key() {
        return new Key(content.conversation(), id);
    }
}
