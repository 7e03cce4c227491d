package im.msg.domain;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Who is logged in at this msg-server, and with which clients. Thread-safe. */
public final class OnlineUsers {
    private final ConcurrentMap<UserId, ImmutableList<OnlineClient>> clients = new ConcurrentHashMap<>();
    /** Beside the others, so that whoever comes or goes costs by the desktops that hear of it, and not by everybody. */
    private final Set<OnlineClient> desktops = ConcurrentHashMap.newKeySet();

    private final AtomicInteger count = new AtomicInteger();

    /**
     * Puts a client on the list, and takes those of its user off that it {@linkplain ClientKind#displaces displaces}.
     *
     * @return the displaced ones
     */
    public List<OnlineClient> add(OnlineClient fresh) {
        List<OnlineClient> displaced = new ArrayList<>();
        clients.compute(fresh.user(), (user, present) -> {
            ImmutableList.Builder<OnlineClient> kept = ImmutableList.builder();
            for (OnlineClient client : present == null ? ImmutableList.<OnlineClient>of() : present) {
                if (fresh.kind().displaces(client.kind())) {
                    displaced.add(client);
                    desktops.remove(client);
                } else {
                    kept.add(client);
                }
            }
            if (fresh.kind().isDesktop()) {
                desktops.add(fresh);
            }
            return kept.add(fresh).build();
        });
        count.addAndGet(1 - displaced.size());
        return displaced;
    }

    /** @return false when it was not on the list (any more) */
    public boolean remove(OnlineClient client) {
        boolean[] found = new boolean[1];
        clients.computeIfPresent(client.user(), (user, present) -> {
            found[0] = present.contains(client);
            desktops.remove(client);
            ImmutableList<OnlineClient> left =
                    present.stream().filter(other -> other != client).collect(ImmutableList.toImmutableList());
            return left.isEmpty() ? null : left;
        });
        if (found[0]) {
            count.decrementAndGet();
        }
        return found[0];
    }

    /** Whoever is here, as they come and go. */
    Set<UserId> users() {
        return Collections.unmodifiableSet(clients.keySet());
    }

    public boolean isOnline(UserId user) {
        return clients.containsKey(user);
    }

    public boolean isOnDesktop(UserId user) {
        return !desktopsOf(user).isEmpty();
    }

    public List<OnlineClient> clientsOf(UserId user) {
        return clients.getOrDefault(user, ImmutableList.of());
    }

    public List<OnlineClient> desktopsOf(UserId user) {
        return of(user, client -> client.kind().isDesktop());
    }

    public List<OnlineClient> mobilesOf(UserId user) {
        return of(user, client -> client.kind().isMobile());
    }

    /** Some of the clients, of which there may be more than {@code max}. */
    public List<OnlineClient> some(int max) {
        return clients.values().stream().flatMap(List::stream).limit(max).toList();
    }

    /** How many clients there are. */
    public int count() {
        return count.get();
    }

    /** The clients of this user that cannot stay beside one of this kind. */
    public List<OnlineClient> displacedBy(UserId user, ClientKind kind) {
        return of(user, client -> kind.displaces(client.kind()));
    }

    private List<OnlineClient> of(UserId user, Predicate<OnlineClient> wanted) {
        return clientsOf(user).stream().filter(wanted).toList();
    }

    /** The desktop clients of all users, as they come and go. */
    public Collection<OnlineClient> desktops() {
        return Collections.unmodifiableSet(desktops);
    }
}
