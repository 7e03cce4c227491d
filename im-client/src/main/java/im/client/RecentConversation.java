package im.client;

import java.time.Instant;

/**
 * A conversation on the list of recent ones.
 *
 * @param updatedAt when its latest message was sent
 * @param latest its data is empty where the whole list would have been too long
 */
public record RecentConversation(Instant updatedAt, Message latest) {
    public ConversationId id() {
        return latest.conversation();
    }
}
