package im.route.domain;

/** A client of a user; a user may have several of one kind for a moment, while one of them is being replaced. */
public record Client(UserId user, ClientKind kind) {}
