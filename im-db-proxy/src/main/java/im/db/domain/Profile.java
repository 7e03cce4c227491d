package im.db.domain;

/**
 * What others see of a user.
 *
 * @param gender 0 unknown, 1 male, 2 female
 * @param departmentId 0 to 2^32 - 1; 0 for none
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

    /** A new user: a nick name and nothing else. */
    public static Profile ofNickName(String nickName) {
        return new Profile(0, nickName, "", 0, "", "", "", "");
    }
}
