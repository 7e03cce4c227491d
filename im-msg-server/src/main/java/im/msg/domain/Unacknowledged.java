package im.msg.domain;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What clients were sent and have not acknowledged, so that it can be sent once more when they come back. It is for the time between two
 * connections: within its bounds the latest is kept, and for everything else clients ask the database. Thread-safe.
 */
public final class Unacknowledged {
    /** What a message costs besides its data, roughly. */
    private static final int OVERHEAD = 256;

    /**
     * How much is kept.
     *
     * @param maxPerClient messages of one user on one kind of client
     * @param maxBytes of all together
     * @param keepFor how long after it was sent first
     */
    public record Limits(int maxPerClient, long maxBytes, Duration keepFor) {}

    private record Client(UserId user, ClientKind kind) {}

    /** Two are never equal unless they are the same. */
    private static final class Sent {
        private final Client client;
        private final Message message;
        private final long at;

        private Sent(Client client, Message message, long at) {
            this.client = client;
            this.message = message;
            this.at = at;
        }

        private long bytes() {
            return message.content().data().length + OVERHEAD;
        }
    }

    private final Limits limits;
    private final Timer timer;
    private final Map<Client, LinkedHashMap<Message.Key, Sent>> clients = new HashMap<>();
    private final Set<Sent> oldestFirst = new LinkedHashSet<>();
    private long bytes;

    public Unacknowledged(Limits limits, Timer timer) {
        this.limits = limits;
        this.timer = timer;
    }

    synchronized void sent(UserId user, ClientKind kind, Message message) {
        Client client = new Client(user, kind);
        LinkedHashMap<Message.Key, Sent> ofClient = clients.computeIfAbsent(client, c -> new LinkedHashMap<>());
        if (ofClient.containsKey(message.key())) {
            return;
        }
        Sent fresh = new Sent(client, message, timer.nanoTime());
        ofClient.put(message.key(), fresh);
        oldestFirst.add(fresh);
        bytes += fresh.bytes();
        if (ofClient.size() > limits.maxPerClient()) {
            forget(ofClient.values().iterator().next());
        }
        forgetWhatIsTooMuch();
    }

    private void forgetWhatIsTooMuch() {
        long now = timer.nanoTime();
        for (Iterator<Sent> all = oldestFirst.iterator(); all.hasNext(); ) {
            Sent oldest = all.next();
            if (bytes <= limits.maxBytes() && now - oldest.at < limits.keepFor().toNanos()) {
                return;
            }
            all.remove();
            forgetOfClient(oldest);
        }
    }

    private void forget(Sent sent) {
        oldestFirst.remove(sent);
        forgetOfClient(sent);
    }

    private void forgetOfClient(Sent sent) {
        bytes -= sent.bytes();
        Map<Message.Key, Sent> ofClient = clients.get(sent.client);
        ofClient.remove(sent.message.key());
        if (ofClient.isEmpty()) {
            clients.remove(sent.client);
        }
    }

    /**
     * A client has got a message.
     *
     * @param peer with whom the conversation is, as the client sees it, or the group; some clients call their own user so for what it has
     *     sent on another client
     */
    synchronized void acknowledged(UserId user, ClientKind kind, boolean isGroup, int peer, int id) {
        List<Sent> got = clients.getOrDefault(new Client(user, kind), new LinkedHashMap<>()).values().stream()
                .filter(sent -> sent.message.id() == id && isMeant(sent.message.content(), user, isGroup, peer))
                .toList();
        got.forEach(this::forget);
    }

    private static boolean isMeant(NewMessage message, UserId user, boolean isGroup, int peer) {
        if (isGroup) {
            return message.conversation().equals(Conversation.ofGroup(peer));
        }
        UserId other = new UserId(peer);
        boolean ownFromElsewhere = other.equals(user)
                && !message.type().isForGroup()
                && message.from().equals(user);
        return ownFromElsewhere || message.conversation().equals(Conversation.between(user, other));
    }

    /** In the order in which it was sent. */
    synchronized List<Message> of(UserId user, ClientKind kind) {
        forgetWhatIsTooMuch();
        return clients.getOrDefault(new Client(user, kind), new LinkedHashMap<>()).values().stream()
                .map(sent -> sent.message)
                .toList();
    }
}
