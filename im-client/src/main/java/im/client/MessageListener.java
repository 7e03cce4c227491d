package im.client;

/** What happens in a user's conversations. Called on the client's event loop: do not block. */
public interface MessageListener {
    /**
     * The next message of its conversation, whoever has sent it and with whichever client, this one included. Each comes once, in the
     * order of the ids.
     */
    void onMessage(Message message);

    /** The user has read a conversation up to this message with another client. */
    default void onRead(ConversationId conversation, long id) {}

    /** The user has taken a conversation off the list of recent ones with another client. */
    default void onRemoved(ConversationId conversation) {}
}
