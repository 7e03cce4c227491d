package im.db.mysql;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import im.db.domain.Conversation;
import im.db.domain.UserId;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Who is in which group. Lists are remembered with the version of the members that they are of, so that a message to a large group
 * need not read them again; other db-proxies may change a group at any time. Thread-safe.
 */
public final class GroupMembers {
    /** Of all lists together. */
    private static final long MAX_REMEMBERED = 1_000_000;

    private record Version(long number, List<UserId> members) {}

    private final Cache<Conversation, Version> remembered = CacheBuilder.newBuilder()
            .maximumWeight(MAX_REMEMBERED)
            .weigher((Conversation conversation, Version version) ->
                    1 + version.members().size())
            .build();

    /**
     * The members of a group in order of their ids; nobody if it is none. They are never older than their version, and exactly
     * of that version when the caller's transaction has locked the conversation.
     *
     * @param version of the members, as was read just before
     */
    List<UserId> of(Handle handle, Conversation conversation, long version) {
        if (!conversation.isOfGroup()) {
            return List.of();
        }
        Optional<List<UserId>> known = remembered(conversation, version);
        if (known.isPresent()) {
            return known.get();
        }
        List<UserId> members = read(handle, conversation);
        remembered.put(conversation, new Version(version, members));
        return members;
    }

    /** As {@link #of}, if they need not be read. */
    Optional<List<UserId>> remembered(Conversation conversation, long version) {
        return Optional.ofNullable(remembered.getIfPresent(conversation))
                .filter(known -> known.number() == version)
                .map(Version::members);
    }

    /** As {@link #of}, past the memory: after a change of one's own. */
    static List<UserId> read(Handle handle, Conversation conversation) {
        return handle.createQuery("SELECT user_id FROM participant WHERE conversation_id = :conversation"
                        + " AND left_at IS NULL ORDER BY user_id")
                .bind("conversation", conversation.key())
                .map((row, context) -> new UserId(row.getLong("user_id")))
                .list();
    }
}
