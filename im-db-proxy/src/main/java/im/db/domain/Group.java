package im.db.domain;

import java.util.List;

/**
 * A group as one of its members sees it.
 *
 * @param version grows with every change of the members
 * @param shield whether this member wants no pushes from it: 0 or 1
 * @param members nobody if the user is a member no longer
 */
public record Group(
        GroupId id,
        long version,
        String name,
        String avatarUrl,
        UserId creator,
        GroupKind kind,
        int shield,
        List<UserId> members) {}
