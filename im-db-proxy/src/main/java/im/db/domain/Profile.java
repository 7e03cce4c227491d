package im.db.domain;

/**
 * What others see of a user.
 *
 * @param gender 0 unknown, 1 male, 2 female
 * @param avatarUrl at most {@value #MAX_AVATAR_URL} characters
 * @param departmentId 0 to 2^32 - 1; 0 for none
 * @param signInfo at most {@value #MAX_SIGN_INFO} characters
 */
public record Profile(
        int gender,
        String nickName,
        String avatarUrl,
        long departmentId,
        String email,
        String realName,
        String telephone,
        String signInfo) {
    public static final int MAX_AVATAR_URL = 1024;
    public static final int MAX_SIGN_INFO = 512;

    /** @throws IllegalArgumentException when a text is longer than there is room for */
    public Profile {
        if (!isAvatarUrl(avatarUrl) || !isSignInfo(signInfo)) {
            throw new IllegalArgumentException("the address of an avatar has at most " + MAX_AVATAR_URL
                    + " characters, a signature " + MAX_SIGN_INFO);
        }
    }

    /** Whether there is room for it. */
    public static boolean isAvatarUrl(String url) {
        return url.codePointCount(0, url.length()) <= MAX_AVATAR_URL;
    }

    /** Whether there is room for it. */
    public static boolean isSignInfo(String text) {
        return text.codePointCount(0, text.length()) <= MAX_SIGN_INFO;
    }

    /** A new user: a nick name and nothing else. */
    public static Profile ofNickName(String nickName) {
        return ofNickName(nickName, 0);
    }

    /** A new user in a department. */
    public static Profile ofNickName(String nickName, long departmentId) {
        return new Profile(0, nickName, "", departmentId, "", "", "", "");
    }
}
