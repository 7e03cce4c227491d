package im.db.domain;

/** A user as one who takes part in a conversation; whether he does is another question. */
public record Participant(UserId user, Conversation conversation) {}
