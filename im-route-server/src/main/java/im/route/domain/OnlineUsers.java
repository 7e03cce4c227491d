package im.route.domain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who is online where: from a user to the msg-servers, and from a msg-server to its users. */
final class OnlineUsers<S extends MsgServer> {
    /** Nearly everybody is at one msg-server. */
    private static final int USUAL_PLACES = 1;

    private final Map<UserId, List<Place<S>>> places = new HashMap<>();
    private final Map<S, Set<UserId>> users = new HashMap<>();

    void came(S server, Client client) {
        List<Place<S>> all = places.computeIfAbsent(client.user(), user -> new ArrayList<>(USUAL_PLACES));
        Place<S> place = find(all, server);
        if (place == null) {
            place = new Place<>(server);
            all.add(place);
            users.computeIfAbsent(server, s -> new HashSet<>()).add(client.user());
        }
        place.came(client.kind());
    }

    /** @return false when no such client was there */
    boolean went(S server, Client client) {
        Place<S> place = find(placesOf(client.user()), server);
        if (place == null || !place.went(client.kind())) {
            return false;
        }
        if (place.isEmpty()) {
            removePlace(server, client.user());
            users.get(server).remove(client.user());
        }
        return true;
    }

    /** Nobody is at this msg-server any more. */
    void forget(S server) {
        Set<UserId> gone = users.remove(server);
        if (gone != null) {
            gone.forEach(user -> removePlace(server, user));
        }
    }

    private void removePlace(S server, UserId user) {
        List<Place<S>> left = places.get(user);
        left.removeIf(place -> place.server() == server);
        if (left.isEmpty()) {
            places.remove(user);
        }
    }

    private Place<S> find(List<Place<S>> all, S server) {
        for (Place<S> place : all) {
            if (place.server() == server) {
                return place;
            }
        }
        return null;
    }

    /** Where a user is; a view. */
    List<Place<S>> placesOf(UserId user) {
        return Collections.unmodifiableList(places.getOrDefault(user, List.of()));
    }

    boolean isAt(S server, UserId user) {
        return users.getOrDefault(server, Set.of()).contains(user);
    }

    /** Who is at any msg-server; a view. */
    Set<UserId> everybody() {
        return Collections.unmodifiableSet(places.keySet());
    }

    /** Who is at a msg-server; a view. */
    Set<UserId> usersAt(S server) {
        return Collections.unmodifiableSet(users.getOrDefault(server, Set.of()));
    }

    boolean isOnline(UserId user) {
        return places.containsKey(user);
    }

    boolean isOnDesktop(UserId user) {
        return placesOf(user).stream().anyMatch(place -> place.has(ClientKind::isDesktop));
    }
}
