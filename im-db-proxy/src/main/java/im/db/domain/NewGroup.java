package im.db.domain;

import java.util.Set;

/**
 * A group that is to be.
 *
 * @param name 1 to {@value #MAX_NAME} characters
 * @param avatarUrl at most {@value Profile#MAX_AVATAR_URL} characters
 * @param members besides the creator
 */
public record NewGroup(UserId creator, GroupKind kind, String name, String avatarUrl, Set<UserId> members) {
    public static final int MAX_NAME = 64;

    /** @throws IllegalArgumentException when a text is too long, or there is no name */
    public NewGroup {
        if (name.isBlank() || name.codePointCount(0, name.length()) > MAX_NAME) {
            throw new IllegalArgumentException("the name of a group has 1 to " + MAX_NAME + " characters");
        }
        if (!Profile.isAvatarUrl(avatarUrl)) {
            throw new IllegalArgumentException("the address of an avatar is too long");
        }
    }
}
