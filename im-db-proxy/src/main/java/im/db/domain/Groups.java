package im.db.domain;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where groups are kept. Calls block; thread-safe; they throw {@link StorageFailure} when the storage fails. */
public interface Groups {

    /** The normal groups that a user is a member of, in order of their ids. */
    List<GroupVersion> normalGroupsOf(UserId member, int limit);

    /** Those of these groups of which the user is a member, or was once, in order of their ids. */
    List<Group> find(UserId asking, Collection<GroupId> groups);

    /** A group that was made, and who is in it. */
    record Created(GroupId id, List<UserId> members) {}

    /**
     * Makes a group. Whoever does not exist is left out. When its creator has one of this {@code clientId} already, it is that one, as it is
     * now.
     *
     * @throws Refused when the creator does not exist, or there are too many members
     */
    Created create(NewGroup group) throws Refused;

    /**
     * Adds members. Who is one already, or does not exist, is left out.
     *
     * @throws Refused when there is no such group, this user may not add anybody, or there would be too many members
     */
    MembersChanged add(UserId by, GroupId group, Set<UserId> users) throws Refused;

    /**
     * Removes members. Who is none is left out.
     *
     * @throws Refused when there is no such group, or this user may not remove these
     */
    MembersChanged remove(UserId by, GroupId group, Set<UserId> users) throws Refused;

    /** @return false when the user is no member */
    boolean shield(UserId member, GroupId group, int shield);

    /** Whether these want no pushes from the group; who is no member is not in the answer. */
    Map<UserId, Integer> shields(GroupId group, Collection<UserId> users);
}
