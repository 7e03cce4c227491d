package im.db.domain;

import java.util.Collection;
import java.util.List;

/**
 * Where it is kept how users are reached who are away. Calls block; thread-safe; they throw {@link StorageFailure} when the
 * storage fails.
 */
public interface Pushes {

    /** Takes the place of the token that this user had for this kind of client. Nobody else has the token any more. */
    void register(DeviceToken token);

    void forget(UserId user, int clientType);

    /** @param unread messages of others in all conversations that the user has not read */
    record Target(DeviceToken token, long unread) {}

    /**
     * Where pushes for these users go.
     *
     * @param night leaves out those who want none at night
     */
    List<Target> targets(Collection<UserId> users, boolean night);

    /**
     * Whether a user wants no pushes at night.
     *
     * @param shield 0 or 1
     * @return false when there is no such user
     */
    boolean shieldNights(UserId user, int shield);

    /** 0 or 1; 0 when there is no such user. */
    int shieldsNights(UserId user);
}
