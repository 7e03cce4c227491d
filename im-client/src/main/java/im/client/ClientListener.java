package im.client;

import im.proto.base.KickReasonType;
import im.proto.base.UserStatType;

/** What the msg-server says unasked. Called on the client's event loop: do not block. */
public interface ClientListener {
    ClientListener NONE = new ClientListener() {};

    /** Somebody sends this user a file. An online one should be received or refused. */
    default void onFileOffer(FileOffer offer) {}

    /** A user, possibly this one, came or went. */
    default void onPresence(int userId, UserStatType status) {}

    /** The members of a group have changed in which this user is or was. */
    default void onMembersChanged(MembersChanged change) {}

    /** A user, possibly this one, has another signature line. */
    default void onSignature(int userId, String signature) {}

    /** A user, possibly this one, has another avatar. */
    default void onAvatar(int userId, String url) {}

    /** A client of another user says something that servers do not open and have not stored. */
    default void onCommand(int fromUserId, String data) {}

    /** The session is over because of another one; {@link ConnectionState#CLOSED} follows. */
    default void onKicked(KickReasonType reason) {}

    /** Logging in again was refused for good; {@link ConnectionState#CLOSED} follows. */
    default void onLoginRefused(LoginRefusedException refusal) {}

    default void onConnectionState(ConnectionState state) {}
}
