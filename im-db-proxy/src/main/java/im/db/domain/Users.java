package im.db.domain;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where users are kept. Calls block; thread-safe; all of them throw {@link StorageFailure} when the storage fails. */
public interface Users {

    /** The account of exactly this name. */
    Optional<Account> find(UserName name);

    /**
     * Adds a user.
     *
     * @return the new user's id; ids grow from 1
     * @throws NameTaken when somebody has this name
     */
    UserId add(UserName name, PasswordHash passwordHash, Profile profile) throws NameTaken;

    /** @return false when there is no such user */
    boolean changePassword(UserName name, PasswordHash passwordHash);

    /**
     * Users that changed at this second or later, the longest unchanged first. The second itself is included, because more
     * may have changed in it after somebody asked.
     */
    List<User> changedSince(Instant second, int limit);

    /** Those of these that there are, in order of their ids. */
    List<User> find(Collection<UserId> ids);

    /**
     * @param url at most {@value Profile#MAX_AVATAR_URL} characters
     * @return false when there is no such user
     */
    boolean changeAvatar(UserId id, String url);

    /**
     * @param text at most {@value Profile#MAX_SIGN_INFO} characters
     * @return false when there is no such user
     */
    boolean changeSignInfo(UserId id, String text);

    /** Users in order of their ids, for reading all of them in pieces. */
    List<User> after(long id, int limit);
}
