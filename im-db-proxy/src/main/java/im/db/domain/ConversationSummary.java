package im.db.domain;

import java.time.Instant;

/**
 * A conversation as one of its participants sees it in a list.
 *
 * @param updated when its latest message was stored
 * @param unread how many messages of others came after the last that was read
 * @param latest its data may be left out
 */
public record ConversationSummary(Conversation conversation, Instant updated, long unread, Message latest) {}
