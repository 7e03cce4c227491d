package im.msg.domain;

import com.google.common.collect.ImmutableSetMultimap;
import java.util.Collection;

/** What news of other msg-servers mean for the clients here. Thread-safe; nothing blocks. */
public final class RemoteNews {
    private final OnlineUsers online;
    private final Presence presence;
    private final MessageDelivery delivery;
    private final Notices notices;
    private final Outbox outbox;
    private final MissedNews missed;

    public RemoteNews(
            OnlineUsers online,
            Presence presence,
            MessageDelivery delivery,
            Notices notices,
            Outbox outbox,
            MissedNews missed) {
        this.online = online;
        this.presence = presence;
        this.delivery = delivery;
        this.notices = notices;
        this.outbox = outbox;
        this.missed = missed;
    }

    /** That is everybody who is online elsewhere. From now on every change follows. */
    public void listed(ImmutableSetMultimap<UserId, ClientKind> everybodyElsewhere) {
        presence.listedElsewhere(everybodyElsewhere);
    }

    /** The other msg-servers are out of reach. Nobody tells of changes any more, until everybody is listed again. */
    public void cutOff() {
        presence.cutOff();
        connecting();
    }

    /** There are other msg-servers, and they are not in reach yet. */
    public void connecting() {
        outbox.cutOff();
        missed.cutOff();
    }

    /** The other msg-servers can be told, and heard, from now on. */
    public void inReach() {
        outbox.inReach();
        missed.inReach();
    }

    /** A user came online elsewhere, or is nowhere else any more. */
    public void statusChanged(UserId user, boolean isOnline) {
        presence.changedElsewhere(user, isOnline);
    }

    /** The desktop of a user who has mobiles here came or went elsewhere. */
    public void desktopChanged(UserId user, boolean isOnline) {
        presence.desktopChangedElsewhere(user, isOnline);
    }

    /** Somebody elsewhere has a file for a user who is here. Who was cut off may have heard of it already. */
    public void offered(FileNotice notice) {
        online.desktopsOf(notice.to()).stream().filter(notice::suits).forEach(client -> client.offeredOnce(notice));
    }

    /** There is a message for these users, who may be here. */
    public void received(Message message, Collection<UserId> receivers) {
        delivery.deliverHere(message, receivers);
    }

    /** Somebody elsewhere did something that clients here are told. */
    public void noticed(Notice notice) {
        notices.tellHere(notice);
    }

    /** A client of this kind logged in elsewhere, or this user's mobile ends the desktop's session. */
    public void kicked(UserId user, ClientKind kind, KickReason reason) {
        presence.kickDisplacedBy(user, kind, reason);
    }
}
