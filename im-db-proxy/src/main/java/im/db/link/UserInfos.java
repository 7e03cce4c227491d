package im.db.link;

import im.db.domain.Profile;
import im.db.domain.User;
import im.proto.base.UserInfo;

/** Users as the protocol has them. */
final class UserInfos {
    private UserInfos() {}

    static UserInfo of(User user) {
        Profile profile = user.profile();
        return UserInfo.newBuilder()
                .setUserId(user.id().unsigned())
                .setUserGender(profile.gender())
                .setUserNickName(profile.nickName())
                .setAvatarUrl(profile.avatarUrl())
                .setDepartmentId((int) profile.departmentId())
                .setEmail(profile.email())
                .setUserRealName(profile.realName())
                .setUserTel(profile.telephone())
                .setUserDomain(user.name().value())
                .setStatus(user.status())
                .setSignInfo(profile.signInfo())
                .build();
    }
}
