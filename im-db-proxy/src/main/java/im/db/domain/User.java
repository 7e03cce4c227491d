package im.db.domain;

import java.time.Instant;

/**
 * A user as stored, without the password.
 *
 * @param status 0 is normal; other values are handed on to clients
 * @param updated when anything of this changed last, in whole seconds
 */
public record User(UserId id, UserName name, Profile profile, int status, Instant updated) {}
