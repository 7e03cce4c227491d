package im.db.domain;

import java.util.Optional;
import java.util.Set;

/**
 * A group that is to be. Nobody may change the array any more.
 *
 * @param name 1 to {@value #MAX_NAME} characters
 * @param avatarUrl at most {@value Profile#MAX_AVATAR_URL} characters
 * @param members besides the creator
 * @param clientId {@value #MIN_ID} to {@value #MAX_ID} bytes that this group has among those of its creator, and keeps when it is asked
 *     for again
 */
public record NewGroup(
        UserId creator, GroupKind kind, String name, String avatarUrl, Set<UserId> members, Optional<byte[]> clientId) {
    public static final int MAX_NAME = 64;
    private static final int MIN_ID = 8;
    private static final int MAX_ID = 32;

    /** @throws IllegalArgumentException when something is too long or too short, or there is no name */
    public NewGroup {
        if (name.isBlank() || name.codePointCount(0, name.length()) > MAX_NAME) {
            throw new IllegalArgumentException("the name of a group has 1 to " + MAX_NAME + " characters");
        }
        if (!Profile.isAvatarUrl(avatarUrl)) {
            throw new IllegalArgumentException("the address of an avatar is too long");
        }
        if (clientId.filter(bytes -> bytes.length < MIN_ID || bytes.length > MAX_ID)
                .isPresent()) {
            throw new IllegalArgumentException(
                    "a client_group_id of " + clientId.get().length + " bytes, not " + MIN_ID + " to " + MAX_ID);
        }
    }
}
