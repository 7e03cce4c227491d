package im.route.domain;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which msg-servers are linked, who is online at which of them, and who is told when that changes.
 *
 * <p>News of a msg-server's users are told only while this route-server is its master, so that several route-servers, who all know
 * everything, tell each piece once. The msg-server where it happened is not told: it knows, and tells its clients itself.
 *
 * @param <S> the linked msg-servers
 */
public final class Presence<S extends MsgServer> {
    private final OnlineUsers<S> online = new OnlineUsers<>();
    /** Never changed, only replaced: telling one may end another. */
    private List<S> linked = List.of();

    private final Set<S> masteredHere = new HashSet<>();

    /** A msg-server has connected. Nobody is there yet, and this is not its master. */
    public void linked(S server) {
        Set<S> all = new LinkedHashSet<>(linked);
        all.add(server);
        linked = List.copyOf(all);
    }

    /** A msg-server is gone, and its users with it. */
    public void unlinked(S server) {
        listed(server, List.of());
        online.forget(server);
        masteredHere.remove(server);
        linked = linked.stream().filter(other -> other != server).toList();
    }

    /** Whether this route-server is the one that tells of what happens at {@code server} from now on. */
    public void setMaster(S server, boolean master) {
        if (master) {
            masteredHere.add(server);
        } else {
            masteredHere.remove(server);
        }
    }

    /** Those and no others are online at {@code origin}, whatever was known before. */
    public void listed(S origin, Collection<Client> clients) {
        Set<UserId> concerned = new LinkedHashSet<>(online.usersAt(origin));
        clients.forEach(client -> concerned.add(client.user()));
        Set<UserId> wereOnline =
                concerned.stream().filter(online::isOnline).collect(Collectors.toCollection(HashSet::new));
        Set<UserId> wereOnDesktop =
                concerned.stream().filter(online::isOnDesktop).collect(Collectors.toCollection(HashSet::new));
        online.forget(origin);
        clients.forEach(client -> online.came(origin, client));
        if (!masteredHere.contains(origin)) {
            return;
        }
        for (UserId user : concerned) {
            if (online.isOnline(user) != wereOnline.contains(user)) {
                tellStatus(origin, user, online.isOnline(user));
            }
            if (online.isOnDesktop(user) != wereOnDesktop.contains(user)) {
                tellMobileHosts(origin, user, online.isOnDesktop(user));
            }
            tellOfDesktopElsewhere(origin, user);
        }
    }

    /** A client came online at {@code origin}. */
    public void came(S origin, Client client) {
        online.came(origin, client);
        if (!masteredHere.contains(origin)) {
            return;
        }
        tellStatus(origin, client.user(), true);
        if (client.kind().isDesktop()) {
            tellMobileHosts(origin, client.user(), true);
        } else {
            tellOfDesktopElsewhere(origin, client.user());
        }
    }

    /**
     * A client went offline at {@code origin}.
     *
     * @return false when it was not known there; then nothing has changed
     */
    public boolean went(S origin, Client client) {
        if (!online.went(origin, client)) {
            return false;
        }
        if (masteredHere.contains(origin)) {
            if (!online.isOnline(client.user())) {
                tellStatus(origin, client.user(), false);
            } else if (client.kind().isDesktop() && !online.isOnDesktop(client.user())) {
                tellMobileHosts(origin, client.user(), false);
            }
        }
        return true;
    }

    private void tellStatus(S origin, UserId user, boolean isOnline) {
        linked.stream().filter(other -> other != origin).forEach(other -> other.statusChanged(user, isOnline));
    }

    private void tellMobileHosts(S origin, UserId user, boolean desktopIsOnline) {
        online.placesOf(user).stream()
                .filter(place -> place.server() != origin && place.has(ClientKind::isMobile))
                .forEach(place -> place.server().desktopChanged(user, desktopIsOnline));
    }

    /** The one thing that the origin cannot know: its user's mobile came while the desktop is at another msg-server. */
    private void tellOfDesktopElsewhere(S origin, UserId user) {
        boolean onlyMobileHere = online.placesOf(user).stream()
                .anyMatch(place -> place.server() == origin
                        && place.has(ClientKind::isMobile)
                        && !place.has(ClientKind::isDesktop));
        if (onlyMobileHere && online.isOnDesktop(user)) {
            origin.desktopChanged(user, true);
        }
    }

    public boolean isOnline(UserId user) {
        return online.isOnline(user);
    }

    /** With which kinds of clients a user is online at other msg-servers than the one that asks. */
    public Set<ClientKind> kindsElsewhere(UserId user, S asking) {
        EnumSet<ClientKind> kinds = EnumSet.noneOf(ClientKind.class);
        for (Place<S> place : online.placesOf(user)) {
            if (place.server() != asking) {
                for (ClientKind kind : ClientKind.values()) {
                    if (place.has(kind::equals)) {
                        kinds.add(kind);
                    }
                }
            }
        }
        return kinds;
    }

    /** The msg-servers at which any of these users is, without the one where something comes from. */
    public Set<S> hostsOf(Collection<UserId> users, S origin) {
        Set<S> hosts = new LinkedHashSet<>();
        for (UserId user : users) {
            online.placesOf(user).forEach(place -> hosts.add(place.server()));
        }
        hosts.remove(origin);
        return hosts;
    }

    /** All msg-servers but one. */
    public List<S> othersThan(S origin) {
        return linked.stream().filter(other -> other != origin).toList();
    }

    /** How many msg-servers are linked. */
    public int linkCount() {
        return linked.size();
    }

    /** How many users are online at a msg-server. */
    public int userCount(S server) {
        return online.usersAt(server).size();
    }
}
