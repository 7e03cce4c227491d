package im.route.domain;

import java.util.Collection;

/** A linked msg-server, as far as presence tells it something. Two are the same when they are the same object. */
public interface MsgServer {
    /** A user came online somewhere else, perhaps with one more client, or is nowhere any more. */
    void statusChanged(UserId user, boolean online);

    /** The desktop of a user whose mobile is there came online somewhere else, or is nowhere any more. */
    void desktopChanged(UserId user, boolean online);

    /** These and no others are online elsewhere; whatever it was told before is out of date. */
    void everybodyElsewhere(Collection<Client> clients);
}
