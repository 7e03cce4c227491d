package im.db.domain;

/** A user and what proves who is who. */
public record Account(User user, PasswordHash passwordHash) {}
