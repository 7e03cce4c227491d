package im.msg.session;

import im.proto.base.UserInfo;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Who the users are. What a {@link UserInfo} holds means nothing to a msg-server but the id: it goes from the database to the
 * client as it is. Thread-safe.
 */
public interface UserDirectory {
    /**
     * The answer to a login.
     *
     * @param refused true when name or password are wrong
     * @param reason for people; may be empty
     * @param user present unless refused
     */
    record Validation(boolean refused, String reason, Optional<UserInfo> user) {}

    /**
     * Fails when there is nobody to ask, or no answer.
     *
     * @param password lower-case hex md5 of the password, as the client sent it
     */
    CompletableFuture<Validation> validate(String userName, String password);
}
