package im.db.mysql;

import im.db.domain.Conversation;
import im.db.domain.Group;
import im.db.domain.GroupId;
import im.db.domain.GroupKind;
import im.db.domain.GroupVersion;
import im.db.domain.Groups;
import im.db.domain.MembersChanged;
import im.db.domain.NewGroup;
import im.db.domain.Refused;
import im.db.domain.StorageFailure;
import im.db.domain.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Groups in the table {@code chat_group}, each with a conversation of the same id, whose participants are the members. A change of
 * members locks the conversation, so that every message is either before it or after.
 */
public final class MySqlGroups implements Groups {
    /** Conversations of groups; all others have larger or negative ids. */
    private static final String IS_OF_GROUP = "p.conversation_id BETWEEN 1 AND 4294967295";

    private final Database database;
    private final GroupMembers members;
    private final int maxMembers;
    private final Clock clock;

    /**
     * @param maxMembers of one group
     * @param clock tells when somebody left
     */
    public MySqlGroups(Database database, GroupMembers members, int maxMembers, Clock clock) {
        this.database = database;
        this.members = members;
        this.maxMembers = maxMembers;
        this.clock = clock;
    }

    @Override
    public List<GroupVersion> normalGroupsOf(UserId member, int limit) {
        return database.with(handle -> handle.createQuery("SELECT g.id, c.members_version FROM participant p"
                        + " JOIN chat_group g ON g.id = p.conversation_id JOIN conversation c ON c.id = p.conversation_id"
                        + " WHERE p.user_id = :member AND p.left_at IS NULL AND " + IS_OF_GROUP
                        + " AND g.type = :normal ORDER BY g.id LIMIT :limit")
                .bind("member", member.value())
                .bind("normal", number(GroupKind.NORMAL))
                .bind("limit", limit)
                .map((row, context) -> new GroupVersion(new GroupId(row.getLong("id")), row.getLong("members_version")))
                .list());
    }

    @Override
    public List<Group> find(UserId asking, Collection<GroupId> groups) {
        if (groups.isEmpty()) {
            return List.of();
        }
        return database.with(handle -> handle.createQuery("SELECT g.id, g.name, g.avatar_url, g.creator_id, g.type,"
                        + " c.members_version, p.shield, p.left_at FROM participant p"
                        + " JOIN chat_group g ON g.id = p.conversation_id JOIN conversation c ON c.id = p.conversation_id"
                        + " WHERE p.user_id = :asking AND p.conversation_id IN (<groups>) ORDER BY g.id")
                .bind("asking", asking.value())
                .bindList("groups", groups.stream().map(GroupId::value).toList())
                .map((row, context) -> group(row, handle))
                .list());
    }

    private Group group(ResultSet row, Handle handle) throws SQLException {
        GroupId id = new GroupId(row.getLong("id"));
        long version = row.getLong("members_version");
        row.getLong("left_at");
        boolean isMember = row.wasNull();
        return new Group(
                id,
                version,
                row.getString("name"),
                row.getString("avatar_url"),
                new UserId(row.getLong("creator_id")),
                kind(row.getInt("type")),
                row.getInt("shield"),
                isMember ? members.of(handle, Conversation.of(id), version) : List.of());
    }

    @Override
    public Created create(NewGroup group) throws Refused {
        Set<UserId> wanted = new HashSet<>(group.members());
        wanted.add(group.creator());
        refuseTooMany(wanted.size());
        try {
            return make(group, wanted);
        } catch (StorageFailure e) {
            if (group.clientId().isEmpty() || !Refusal.DUPLICATE_KEY.causes(e)) {
                throw e;
            }
            return madeBefore(group.creator(), group.clientId().get());
        }
    }

    private Created madeBefore(UserId creator, byte[] clientId) {
        return database.with(handle -> handle.createQuery("SELECT g.id, c.members_version FROM chat_group g"
                        + " JOIN conversation c ON c.id = g.id"
                        + " WHERE g.creator_id = :creator AND g.client_group_id = :clientId")
                .bind("creator", creator.value())
                .bind("clientId", clientId)
                .map((row, context) -> {
                    GroupId id = new GroupId(row.getLong("id"));
                    return new Created(id, members.of(handle, Conversation.of(id), row.getLong("members_version")));
                })
                .one());
    }

    private Created make(NewGroup group, Set<UserId> wanted) throws Refused {
        return database.inTransaction(handle -> {
            long id = handle.createUpdate("INSERT INTO chat_group (name, avatar_url, creator_id, type, created,"
                            + " client_group_id) VALUES (:name, :avatarUrl, :creator, :type, :now, :clientId)")
                    .bind("name", group.name())
                    .bind("avatarUrl", group.avatarUrl())
                    .bind("creator", group.creator().value())
                    .bind("type", number(group.kind()))
                    .bind("now", now())
                    .bind("clientId", group.clientId().orElse(null))
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(long.class)
                    .one();
            Conversation conversation = Conversation.of(new GroupId(id));
            handle.createUpdate("INSERT INTO conversation (id, members_version) VALUES (:id, 1)")
                    .bind("id", conversation.key())
                    .execute();
            insert(handle, conversation, 0, wanted);
            // Not remembered: nobody knows yet whether there will be such a group, or another one with this id.
            List<UserId> inIt = GroupMembers.read(handle, conversation);
            if (!inIt.contains(group.creator())) {
                throw new Refused("there is no user " + group.creator());
            }
            return new Created(conversation.group(), inIt);
        });
    }

    /** What others wrote before they came, is read. */
    private static void insert(Handle handle, Conversation conversation, long lastId, Set<UserId> users) {
        handle.createUpdate("INSERT INTO participant (user_id, conversation_id, read_id)"
                        + " SELECT id, :conversation, :last FROM users WHERE id IN (<users>)"
                        + " ON DUPLICATE KEY UPDATE left_at = NULL, read_id = :last, own_since_read = 0, shield = 0")
                .bind("conversation", conversation.key())
                .bind("last", lastId)
                .bindList("users", users.stream().map(UserId::value).toList())
                .execute();
    }

    private void refuseTooMany(int count) throws Refused {
        if (count > maxMembers) {
            throw new Refused("a group of " + count + " members, more than " + maxMembers);
        }
    }

    /** A group whose conversation is locked. */
    private record Locked(Conversation conversation, long version, long lastId, UserId creator, GroupKind kind) {}

    private static Locked lock(Handle handle, GroupId group) throws Refused {
        Conversation conversation = Conversation.of(group);
        return handle.createQuery("SELECT c.members_version, c.last_msg_id, g.creator_id, g.type FROM conversation c"
                        + " JOIN chat_group g ON g.id = c.id WHERE c.id = :id FOR UPDATE")
                .bind("id", conversation.key())
                .map((row, context) -> new Locked(
                        conversation,
                        row.getLong("members_version"),
                        row.getLong("last_msg_id"),
                        new UserId(row.getLong("creator_id")),
                        kind(row.getInt("type"))))
                .findOne()
                .orElseThrow(() -> new Refused("there is no group " + group));
    }

    @Override
    public MembersChanged add(UserId by, GroupId group, Set<UserId> users) throws Refused {
        return database.inTransaction(handle -> {
            Locked locked = lock(handle, group);
            List<UserId> before = members.of(handle, locked.conversation(), locked.version());
            if (!before.contains(by) || locked.kind() == GroupKind.NORMAL && !by.equals(locked.creator())) {
                throw new Refused("user " + by + " may not add anybody to group " + group);
            }
            Set<UserId> coming = new HashSet<>(users);
            before.forEach(coming::remove);
            if (!coming.isEmpty()) {
                insert(handle, locked.conversation(), locked.lastId(), coming);
            }
            return changed(handle, locked, before);
        });
    }

    @Override
    public MembersChanged remove(UserId by, GroupId group, Set<UserId> users) throws Refused {
        return database.inTransaction(handle -> {
            Locked locked = lock(handle, group);
            List<UserId> before = members.of(handle, locked.conversation(), locked.version());
            if (!before.contains(by) || !by.equals(locked.creator()) && !users.equals(Set.of(by))) {
                throw new Refused("user " + by + " may not remove others from group " + group);
            }
            if (!users.isEmpty()) {
                handle.createUpdate("UPDATE participant SET left_at = :now WHERE conversation_id = :conversation"
                                + " AND left_at IS NULL AND user_id IN (<users>)")
                        .bind("now", now())
                        .bind("conversation", locked.conversation().key())
                        .bindList("users", users.stream().map(UserId::value).toList())
                        .execute();
            }
            return changed(handle, locked, before);
        });
    }

    private MembersChanged changed(Handle handle, Locked locked, List<UserId> before) throws Refused {
        List<UserId> after = GroupMembers.read(handle, locked.conversation());
        Set<UserId> changed = new HashSet<>(before);
        for (UserId member : after) {
            if (!changed.remove(member)) {
                changed.add(member);
            }
        }
        if (!changed.isEmpty()) {
            refuseTooMany(after.size());
            handle.createUpdate("UPDATE conversation SET members_version = members_version + 1 WHERE id = :id")
                    .bind("id", locked.conversation().key())
                    .execute();
        }
        return new MembersChanged(
                after,
                changed.stream().sorted(Comparator.comparingLong(UserId::value)).toList());
    }

    @Override
    public boolean shield(UserId member, GroupId group, int shield) {
        return database.with(handle -> handle.createUpdate("UPDATE participant SET shield = :shield"
                                + " WHERE user_id = :member AND conversation_id = :group AND left_at IS NULL")
                        .bind("shield", shield)
                        .bind("member", member.value())
                        .bind("group", group.value())
                        .execute())
                > 0;
    }

    @Override
    public Map<UserId, Integer> shields(GroupId group, Collection<UserId> users) {
        if (users.isEmpty()) {
            return Map.of();
        }
        return database.with(handle -> handle.createQuery("SELECT user_id, shield FROM participant"
                        + " WHERE conversation_id = :group AND left_at IS NULL AND user_id IN (<users>)")
                .bind("group", group.value())
                .bindList("users", users.stream().map(UserId::value).toList())
                .reduceResultSet(new HashMap<>(), (shields, row, context) -> {
                    shields.put(new UserId(row.getLong("user_id")), row.getInt("shield"));
                    return shields;
                }));
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private static int number(GroupKind kind) {
        return kind == GroupKind.NORMAL ? 1 : 2;
    }

    private static GroupKind kind(int number) {
        return number == 1 ? GroupKind.NORMAL : GroupKind.TEMPORARY;
    }
}
