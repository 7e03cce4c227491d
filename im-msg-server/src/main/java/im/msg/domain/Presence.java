package im.msg.domain;

import java.util.List;
import java.util.Set;

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

    /** A client has logged in. It may displace others of its user. */
    public synchronized void arrived(OnlineClient client) {
        UserId user = client.user();
        List<OnlineClient> displaced = online.add(client);
        // First the one that came: told the other way round, the user would seem to go and come back.
        announce(client, true);
        for (OnlineClient gone : displaced) {
            gone.kicked(KickReason.LOGGED_IN_ELSEWHERE);
            announce(gone, false);
        }
        route.kick(user, client.kind(), KickReason.LOGGED_IN_ELSEWHERE);
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
        announce(client, false);
        UserId user = client.user();
        if (!online.isOnline(user) || client.kind().isDesktop()) {
            // Asked behind the announcement, so that the answer knows of it.
            route.lookup(Set.of(user))
                    .whenComplete((elsewhere, failure) ->
                            tellWhatEnded(user, failure == null ? elsewhere.get(user) : Set.of()));
        }
    }

    /** A user who has left here may still be elsewhere, or be back already. */
    private synchronized void tellWhatEnded(UserId user, Set<ClientKind> elsewhere) {
        if (!online.isOnline(user) && elsewhere.isEmpty()) {
            tellDesktops(user, false);
        } else if (!online.isOnDesktop(user) && elsewhere.stream().noneMatch(ClientKind::isDesktop)) {
            tellMobilesOf(user, false);
        }
    }

    private void announce(OnlineClient client, boolean isOnline) {
        route.announce(client.user(), client.kind(), isOnline);
        loginServers.loadChanged(client.user());
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
