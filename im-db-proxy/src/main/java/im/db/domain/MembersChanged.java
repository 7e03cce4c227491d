package im.db.domain;

import java.util.List;

/**
 * How a change went.
 *
 * @param current who is in the group now
 * @param changed who came or went; those whom the change did not concern are not in it
 */
public record MembersChanged(List<UserId> current, List<UserId> changed) {}
