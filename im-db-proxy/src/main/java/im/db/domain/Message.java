package im.db.domain;

import java.time.Instant;

/**
 * A message as stored.
 *
 * @param id counts those of its conversation, from 1
 * @param type as in the protocol
 * @param created in whole seconds
 */
public record Message(long id, UserId from, int type, Instant created, byte[] data) {}
