package im.client;

import im.proto.base.SessionType;

/**
 * Names a conversation as one of its members does ({@code session_type} and {@code session_id} on the wire).
 *
 * @param id of the other user, or of the group; unsigned 32-bit. A user's conversation with oneself is a place for notes
 */
public record ConversationId(Kind kind, int id) {
    public enum Kind {
        USER,
        GROUP
    }

    /** With another user. */
    public static ConversationId ofUser(int userId) {
        return new ConversationId(Kind.USER, userId);
    }

    /** Of everybody in a group. */
    public static ConversationId ofGroup(int groupId) {
        return new ConversationId(Kind.GROUP, groupId);
    }

    static ConversationId of(SessionType type, int sessionId) {
        return type == SessionType.SESSION_TYPE_GROUP ? ofGroup(sessionId) : ofUser(sessionId);
    }

    public boolean isGroup() {
        return kind == Kind.GROUP;
    }

    SessionType sessionType() {
        return isGroup() ? SessionType.SESSION_TYPE_GROUP : SessionType.SESSION_TYPE_SINGLE;
    }

    @Override
    public String toString() {
        return (isGroup() ? "group " : "user ") + Integer.toUnsignedString(id);
    }
}
