package im.msg.domain;

/**
 * Clients come and go, and others are told. One change at a time, its news included: otherwise somebody who left and came back
 * at once could stay offline in the eyes of others. Thread-safe; telling never blocks.
 */
public final class Presence {
    private final OnlineUsers online;
    private final RouteLink route;
    private final LoginServers loginServers;

    public Presence(OnlineUsers online, RouteLink route, LoginServers loginServers) {
        this.online = online;
        this.route = route;
        this.loginServers = loginServers;
    }

    /** A client has logged in. It may displace another one of its user. */
    public synchronized void arrived(OnlineClient client) {
        UserId user = client.user();
        for (OnlineClient displaced : online.add(client)) {
            displaced.kicked(KickReason.LOGGED_IN_ELSEWHERE);
            if (displaced.kind() != client.kind()) {
                route.announce(user, displaced.kind(), false);
            }
        }
        route.kick(user, client.kind(), KickReason.LOGGED_IN_ELSEWHERE);
        route.announce(user, client.kind(), true);
        loginServers.loadChanged(user);
        tellDesktops(user, true);
        if (client.kind().isDesktop()) {
            tellMobilesOf(user, true);
        } else if (online.isOnDesktop(user)) {
            client.ownDesktopChanged(true);
        }
    }

    /** A client has logged out, lost its connection or was kicked. Only the first call counts. */
    public synchronized void left(OnlineClient client) {
        if (!online.remove(client)) {
            return;
        }
        UserId user = client.user();
        route.announce(user, client.kind(), false);
        loginServers.loadChanged(user);
        if (!online.isOnline(user)) {
            tellDesktops(user, false);
        } else if (client.kind().isDesktop()) {
            tellMobilesOf(user, false);
        }
    }

    /** A user ends the own desktop's session from a mobile, wherever the desktop is. */
    public synchronized void kickDesktopOf(UserId user) {
        kickDisplacedBy(user, ClientKind.WINDOWS, KickReason.BY_OWN_MOBILE);
        route.kick(user, ClientKind.WINDOWS, KickReason.BY_OWN_MOBILE);
    }

    /** Clients here that cannot stay beside one of this kind elsewhere have to go. */
    synchronized void kickDisplacedBy(UserId user, ClientKind kind, KickReason reason) {
        for (OnlineClient client : online.displacedBy(user, kind)) {
            client.kicked(reason);
            left(client);
        }
    }

    private void tellDesktops(UserId user, boolean isOnline) {
        online.desktops().forEach(client -> client.statusChanged(user, isOnline));
    }

    private void tellMobilesOf(UserId user, boolean desktopIsOnline) {
        online.mobilesOf(user).forEach(client -> client.ownDesktopChanged(desktopIsOnline));
    }
}
