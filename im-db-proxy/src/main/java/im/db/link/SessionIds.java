package im.db.link;

import im.db.domain.Conversation;
import im.db.domain.GroupId;
import im.db.domain.Participant;
import im.db.domain.UserId;
import im.proto.base.MsgType;
import im.proto.base.SessionType;
import java.util.Optional;

/** Conversations as the protocol has them: whether it is a group's, and the id of the group or of the other user. */
final class SessionIds {
    private SessionIds() {}

    /** Nothing when an id is 0, which nobody's is. */
    static Optional<Participant> participant(int userId, SessionType type, int id) {
        if (userId == 0 || id == 0) {
            return Optional.empty();
        }
        UserId user = UserId.ofUnsigned(userId);
        return Optional.of(new Participant(
                user,
                type == SessionType.SESSION_TYPE_GROUP
                        ? Conversation.of(GroupId.ofUnsigned(id))
                        : Conversation.between(user, UserId.ofUnsigned(id))));
    }

    static SessionType typeFor(MsgType type) {
        return switch (type) {
            case MSG_TYPE_SINGLE_TEXT, MSG_TYPE_SINGLE_AUDIO -> SessionType.SESSION_TYPE_SINGLE;
            case MSG_TYPE_GROUP_TEXT, MSG_TYPE_GROUP_AUDIO -> SessionType.SESSION_TYPE_GROUP;
        };
    }

    static SessionType type(Conversation conversation) {
        return conversation.isOfGroup() ? SessionType.SESSION_TYPE_GROUP : SessionType.SESSION_TYPE_SINGLE;
    }

    /** The id under which this user knows the conversation. */
    static int id(UserId user, Conversation conversation) {
        return conversation.isOfGroup()
                ? conversation.group().unsigned()
                : conversation.peerOf(user).unsigned();
    }
}
