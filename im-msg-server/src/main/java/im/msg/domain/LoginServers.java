package im.msg.domain;

/** The login-servers, which send clients where the load is least. */
public interface LoginServers {
    /** A client of this user came or went here; the lists of {@link OnlineUsers} say so already. */
    void loadChanged(UserId user);
}
