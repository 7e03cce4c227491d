package im.client;

/**
 * A conversation with messages that the user has not read.
 *
 * @param count how many, at least 1
 * @param latestId of the latest message
 */
public record UnreadConversation(ConversationId id, long count, long latestId) {}
