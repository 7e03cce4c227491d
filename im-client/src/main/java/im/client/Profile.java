package im.client;

import im.proto.base.UserInfo;

/**
 * What a user shows to others.
 *
 * @param avatarUrl may be empty, as all texts here
 * @param departmentId 0: none
 * @param signature the line that the user has set
 */
public record Profile(
        User user,
        String realName,
        String avatarUrl,
        int departmentId,
        String email,
        String telephone,
        String signature) {
    static Profile of(UserInfo info) {
        return new Profile(
                User.of(info),
                info.getUserRealName(),
                info.getAvatarUrl(),
                info.getDepartmentId(),
                info.getEmail(),
                info.getUserTel(),
                info.getSignInfo());
    }
}
