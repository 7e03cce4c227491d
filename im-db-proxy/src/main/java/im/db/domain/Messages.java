package im.db.domain;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Where messages are kept. Whoever takes no part in a conversation, or no longer, finds nothing there. Calls block; thread-safe;
 * they throw {@link StorageFailure} when the storage fails.
 */
public interface Messages {

    /**
     * Stores a message, unless one of the same name from the same sender was stored before: then this is what became of that one.
     * When it returns, the message will be there whatever happens; when it fails, the message may be there or not, and the
     * same name finds out.
     *
     * @throws Refused when a user or the group does not exist, the sender is no member of it, or the name is that of a message
     *     elsewhere
     */
    Stored store(NewMessage message) throws Refused;

    /**
     * Stores these messages in their order, all of them or none, as {@link #store} would one after the other; much faster when
     * there are many.
     *
     * @return what became of each; nothing when one of them cannot be stored just like that, for example because it was stored
     *     before: then none is, and each has to be stored by itself
     */
    Optional<List<Stored>> storeTogether(List<NewMessage> messages);

    /**
     * Messages from this one downwards, the latest first.
     *
     * @param maxBytes it ends before the messages' data has more than this together
     */
    List<Message> downFrom(long id, Participant reader, int limit, int maxBytes);

    /**
     * Those of these that there are, the earliest first.
     *
     * @param maxBytes as above
     */
    List<Message> withIds(Collection<Long> ids, Participant reader, int maxBytes);

    /** The id of the latest message; 0 when there is none. */
    long latestId(Participant reader);
}
