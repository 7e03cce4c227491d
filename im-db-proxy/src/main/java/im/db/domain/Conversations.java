package im.db.domain;

import java.time.Instant;
import java.util.List;

/**
 * What users have read, and what they see in their lists. Calls block; thread-safe; they throw {@link StorageFailure} when the
 * storage fails.
 */
public interface Conversations {

    /** A user has read everything up to this message. Reading never goes back, nor beyond the latest message. */
    void read(Participant reader, long upTo);

    /**
     * Conversations in which the user has unread messages, the latest first.
     *
     * @param maxBytes once the latest messages have more than this together, the data of those that follow is left out
     */
    List<ConversationSummary> unread(UserId user, int limit, int maxBytes);

    /**
     * Conversations whose latest message was stored at this second or later and that are not hidden, the latest first.
     *
     * @param maxBytes as above
     */
    List<ConversationSummary> recent(UserId user, Instant since, int limit, int maxBytes);

    /**
     * Hides a conversation until another message comes.
     *
     * @return false when the user takes no part in it
     */
    boolean hide(Participant user);
}
