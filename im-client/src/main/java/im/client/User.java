package im.client;

import im.proto.base.UserInfo;

/**
 * Somebody with an account.
 *
 * @param id unsigned 32-bit
 * @param loginName what the user logs in with ({@code user_domain} on the wire)
 * @param nickName what people see
 */
public record User(int id, String loginName, String nickName) {
    static User of(UserInfo info) {
        return new User(info.getUserId(), info.getUserDomain(), info.getUserNickName());
    }
}
