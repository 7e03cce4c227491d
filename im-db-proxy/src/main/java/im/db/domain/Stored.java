package im.db.domain;

import java.time.Instant;
import java.util.List;

/**
 * What became of a message.
 *
 * @param id counts those of its conversation, from 1, without gaps
 * @param created in whole seconds
 * @param members of the group, when the message was stored; empty for a conversation of two users
 */
public record Stored(long id, Instant created, List<UserId> members) {}
