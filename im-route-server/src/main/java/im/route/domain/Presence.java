package im.route.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which msg-servers are linked, who is online at which of them, and who is told when that changes.
 *
 * <p>There may be several route-servers, who all know everything, and each piece of news has to be told once. A msg-server that wants
 * {@linkplain Hearing#EVERYTHING everything} hears it from its master. Others hear from each route-server of the msg-servers whose
 * master it is. The msg-server where something happened is not told: it knows, and tells its clients itself.
 *
 * @param <S> the linked msg-servers
 */
public final class Presence<S extends MsgServer> {
    private final OnlineUsers<S> online = new OnlineUsers<>();
    /** Never changed, only replaced: telling one may end another. */
    private List<S> linked = List.of();

    private final Set<S> masteredHere = new HashSet<>();
    /** Of whoever asked for something. */
    private final Map<S, Hearing> hearings = new HashMap<>();

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
        hearings.remove(server);
        linked = linked.stream().filter(other -> other != server).toList();
    }

    /** Whether this route-server is the master of {@code server} from now on. */
    public void setMaster(S server, boolean master) {
        if (master) {
            masteredHere.add(server);
        } else {
            masteredHere.remove(server);
        }
    }

    /** What {@code server} is told from now on. Everything begins with everybody who is elsewhere now. */
    public void setHearing(S server, Hearing hearing) {
        hearings.put(server, hearing);
        if (hearing == Hearing.EVERYTHING) {
            server.everybodyElsewhere(clientsElsewhere(server));
        }
    }

    private Hearing hearingOf(S server) {
        return hearings.getOrDefault(server, Hearing.OF_MASTERED);
    }

    private List<Client> clientsElsewhere(S server) {
        List<Client> clients = new ArrayList<>();
        for (UserId user : online.everybody()) {
            kindsElsewhere(user, server).forEach(kind -> clients.add(new Client(user, kind)));
        }
        return clients;
    }

    /** Those and no others are online at {@code origin}, whatever was known before. */
    public void listed(S origin, Collection<Client> clients) {
        Set<UserId> wereHere = new HashSet<>(online.usersAt(origin));
        Set<UserId> concerned = new LinkedHashSet<>(wereHere);
        clients.forEach(client -> concerned.add(client.user()));
        Set<UserId> wereOnline =
                concerned.stream().filter(online::isOnline).collect(Collectors.toCollection(HashSet::new));
        Set<UserId> wereOnDesktop =
                concerned.stream().filter(online::isOnDesktop).collect(Collectors.toCollection(HashSet::new));
        online.forget(origin);
        clients.forEach(client -> online.came(origin, client));
        for (UserId user : concerned) {
            if (online.isAt(origin, user) != wereHere.contains(user)) {
                tellWhoHearsEverything(origin, user);
            }
            if (online.isOnline(user) != wereOnline.contains(user)) {
                tellWhoHearsOfMastered(origin, user);
            }
            if (online.isOnDesktop(user) != wereOnDesktop.contains(user)) {
                tellMobileHosts(origin, user);
            }
            tellOfDesktopElsewhere(origin, user);
        }
    }

    /** A client came online at {@code origin}. */
    public void came(S origin, Client client) {
        UserId user = client.user();
        boolean wasHere = online.isAt(origin, user);
        online.came(origin, client);
        if (!wasHere) {
            tellWhoHearsEverything(origin, user);
        }
        tellWhoHearsOfMastered(origin, user);
        if (client.kind().isDesktop()) {
            tellMobileHosts(origin, user);
        } else {
            tellOfDesktopElsewhere(origin, user);
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
        UserId user = client.user();
        if (!online.isAt(origin, user)) {
            tellWhoHearsEverything(origin, user);
        }
        if (!online.isOnline(user)) {
            tellWhoHearsOfMastered(origin, user);
        } else if (client.kind().isDesktop() && !online.isOnDesktop(user)) {
            tellMobileHosts(origin, user);
        }
        return true;
    }

    /** Somebody came to {@code origin} or went. It is news where the user is at no third msg-server. */
    private void tellWhoHearsEverything(S origin, UserId user) {
        boolean isHere = online.isAt(origin, user);
        for (S other : linked) {
            if (other != origin
                    && hearingOf(other) == Hearing.EVERYTHING
                    && online.placesOf(user).stream()
                            .allMatch(place -> place.server() == origin || place.server() == other)) {
                other.statusChanged(user, isHere);
            }
        }
    }

    private void tellWhoHearsOfMastered(S origin, UserId user) {
        if (masteredHere.contains(origin)) {
            boolean isOnline = online.isOnline(user);
            linked.stream()
                    .filter(other -> other != origin && hearingOf(other) == Hearing.OF_MASTERED)
                    .forEach(other -> other.statusChanged(user, isOnline));
        }
    }

    private boolean hears(S server, S origin) {
        return switch (hearingOf(server)) {
            case OF_MASTERED -> masteredHere.contains(origin);
            case EVERYTHING -> true;
            case NOTHING -> false;
        };
    }

    private void tellMobileHosts(S origin, UserId user) {
        boolean desktopIsOnline = online.isOnDesktop(user);
        online.placesOf(user).stream()
                .filter(place -> place.server() != origin && place.has(ClientKind::isMobile))
                .filter(place -> hears(place.server(), origin))
                .forEach(place -> place.server().desktopChanged(user, desktopIsOnline));
    }

    /** The one thing that the origin cannot know: its user's mobile came while the desktop is at another msg-server. */
    private void tellOfDesktopElsewhere(S origin, UserId user) {
        boolean onlyMobileHere = online.placesOf(user).stream()
                .anyMatch(place -> place.server() == origin
                        && place.has(ClientKind::isMobile)
                        && !place.has(ClientKind::isDesktop));
        if (onlyMobileHere && online.isOnDesktop(user) && hears(origin, origin)) {
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
