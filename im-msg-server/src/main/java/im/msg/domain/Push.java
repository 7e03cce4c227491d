package im.msg.domain;

import java.util.List;

/**
 * That there is a message for mobiles that are not connected.
 *
 * @param targets at least one
 */
public record Push(Message message, List<Target> targets) {
    /**
     * A mobile.
     *
     * @param token what the push service of its maker knows it by
     * @param unread how many messages its user has not read
     */
    public record Target(UserId user, ClientKind kind, String token, int unread) {}
}
