package im.msg.domain;

import com.google.common.collect.ImmutableSetMultimap;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Clients come and go, here and elsewhere, and others are told. One change at a time, its news included: otherwise somebody who left
 * and came back at once could stay offline in the eyes of others. Thread-safe; telling never blocks.
 *
 * <p>When the other msg-servers are out of reach nobody is told at once that their users have gone: they would all come back with the
 * link. Only who is not confirmed for a while counts as gone.
 */
public final class Presence {
    private final OnlineUsers online;
    private final RouteLink route;
    private final LoginServers loginServers;
    private final Timer timer;
    private final Duration grace;
    private final UsersElsewhere elsewhere;
    /** Of users whose mobiles are here. */
    private final UsersElsewhere onDesktopElsewhere;

    private boolean cutOff;
    private int doubts;

    /**
     * What is believed of users elsewhere.
     *
     * @param grace how long after other msg-servers were lost, or all their users listed, those who were not confirmed count as gone
     * @param maxUsers how many are remembered; further ones count as away
     */
    public record Memory(Duration grace, int maxUsers) {}

    public Presence(OnlineUsers online, RouteLink route, LoginServers loginServers, Timer timer, Memory memory) {
        this.online = online;
        this.route = route;
        this.loginServers = loginServers;
        this.timer = timer;
        this.grace = memory.grace();
        this.elsewhere = new UsersElsewhere(memory.maxUsers());
        this.onDesktopElsewhere = new UsersElsewhere(memory.maxUsers());
    }

    /** Whether the user is online anywhere, as far as clients here were told. Does not wait for changes under way. */
    public boolean isOnline(UserId user) {
        return online.isOnline(user) || elsewhere.contains(user);
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
        if (online.mobilesOf(user).isEmpty()) {
            onDesktopElsewhere.went(user);
        }
        if (!online.isOnline(user) || client.kind().isDesktop()) {
            // Asked behind the announcement, so that the answer knows of it.
            route.lookup(Set.of(user))
                    .whenComplete(
                            (found, failure) -> tellWhatEnded(user, failure == null ? found.get(user) : Set.of()));
        }
    }

    /** A user who has left here may still be elsewhere, or be back already. */
    private synchronized void tellWhatEnded(UserId user, Set<ClientKind> kindsElsewhere) {
        if (kindsElsewhere.isEmpty()) {
            elsewhere.went(user);
        } else {
            elsewhere.came(user);
        }
        if (!isOnline(user)) {
            tellDesktops(user, false);
        } else if (!online.isOnDesktop(user) && kindsElsewhere.stream().noneMatch(ClientKind::isDesktop)) {
            onDesktopElsewhere.went(user);
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

    /** A user came online elsewhere, or is nowhere else any more. */
    synchronized void changedElsewhere(UserId user, boolean isOnline) {
        boolean changed = isOnline ? elsewhere.came(user) : elsewhere.went(user);
        if (changed && !online.isOnline(user)) {
            tellDesktops(user, isOnline);
        }
    }

    /** The desktop of a user came or went elsewhere. */
    synchronized void desktopChangedElsewhere(UserId user, boolean isOnline) {
        if (isOnline) {
            onDesktopElsewhere.came(user);
        } else {
            onDesktopElsewhere.went(user);
        }
        // Told even if it is known: the mobile may have come since.
        if (!online.isOnDesktop(user)) {
            tellMobilesOf(user, isOnline);
        }
    }

    /** What is believed of other msg-servers is not kept up to date. */
    synchronized void cutOff() {
        if (!cutOff) {
            cutOff = true;
            elsewhere.doubtAll();
            onDesktopElsewhere.doubtAll();
            endDoubtsLater();
        }
    }

    /** Those and no others are elsewhere, as far as anybody knows now. */
    synchronized void listedElsewhere(ImmutableSetMultimap<UserId, ClientKind> clients) {
        cutOff = false;
        tellOfThoseElsewhere(elsewhere.confirm(clients.keySet()), true);
        Set<UserId> onDesktop = clients.keySet().stream()
                .filter(user -> !online.mobilesOf(user).isEmpty())
                .filter(user -> clients.get(user).stream().anyMatch(ClientKind::isDesktop))
                .collect(Collectors.toSet());
        tellOfDesktopsElsewhere(onDesktopElsewhere.confirm(onDesktop), true);
        endDoubtsLater();
    }

    private void endDoubtsLater() {
        int these = ++doubts;
        timer.after(grace, () -> endDoubts(these));
    }

    private synchronized void endDoubts(int which) {
        if (which == doubts) {
            tellOfThoseElsewhere(elsewhere.endDoubts(), false);
            tellOfDesktopsElsewhere(onDesktopElsewhere.endDoubts(), false);
        }
    }

    private void tellOfThoseElsewhere(List<UserId> users, boolean areOnline) {
        for (UserId user : users) {
            if (!online.isOnline(user)) {
                tellDesktops(user, areOnline);
            }
        }
    }

    private void tellOfDesktopsElsewhere(List<UserId> users, boolean areOnline) {
        for (UserId user : users) {
            if (!online.isOnDesktop(user)) {
                tellMobilesOf(user, areOnline);
            }
        }
    }

    private void tellDesktops(UserId user, boolean isOnline) {
        online.desktops().forEach(client -> client.statusChanged(user, isOnline));
    }

    private void tellMobilesOf(UserId user, boolean desktopIsOnline) {
        online.mobilesOf(user).forEach(client -> client.ownDesktopChanged(desktopIsOnline));
    }
}
