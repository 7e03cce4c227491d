package im.msg.domain;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Brings stored messages to the clients of their receivers. Each is told at most once per connection, and again on its next one if it has
 * not acknowledged. Thread-safe; nothing blocks.
 */
public final class MessageDelivery {
    private final OnlineUsers online;
    private final Outbox elsewhere;
    private final Unacknowledged unacknowledged;

    public MessageDelivery(OnlineUsers online, Outbox elsewhere, Unacknowledged unacknowledged) {
        this.online = online;
        this.elsewhere = elsewhere;
        this.unacknowledged = unacknowledged;
    }

    /**
     * Tells everybody, here and elsewhere.
     *
     * @param receivers with the sender
     * @param origin the client that knows it already, if there is one
     */
    void deliver(Message message, Collection<UserId> receivers, Optional<OnlineClient> origin) {
        clientsOf(receivers)
                .filter(client -> origin.isEmpty() || client != origin.get())
                .forEach(client -> client.received(message));
        elsewhere.send(message, receivers);
    }

    /** Tells those who are here. */
    void deliverHere(Message message, Collection<UserId> receivers) {
        clientsOf(receivers).forEach(client -> client.received(message));
    }

    private Stream<OnlineClient> clientsOf(Collection<UserId> users) {
        return users.stream().distinct().flatMap(user -> online.clientsOf(user).stream());
    }

    /** A message is on its way to a client. */
    public void sent(OnlineClient client, Message message) {
        unacknowledged.sent(client.user(), client.kind(), message);
    }

    /**
     * A client has got a message.
     *
     * @param peer the user or group with whom it has the conversation
     */
    public void acknowledged(OnlineClient client, boolean isGroup, int peer, int id) {
        unacknowledged.acknowledged(client.user(), client.kind(), isGroup, peer, id);
    }

    /** What the client has to be sent once more, on a fresh connection. */
    public List<Message> unacknowledgedBy(OnlineClient client) {
        return unacknowledged.of(client.user(), client.kind());
    }

    /** A client that has gone was to be told this. */
    public void missed(OnlineClient client, Message message) {
        unacknowledged.sent(client.user(), client.kind(), message);
        successorsOf(client).forEach(successor -> successor.received(message));
    }

    /** A client has gone. The one that took its place may have come before it was known what the other has not acknowledged. */
    public void ended(OnlineClient client) {
        List<OnlineClient> successors = successorsOf(client);
        if (!successors.isEmpty()) {
            unacknowledgedBy(client).forEach(message -> successors.forEach(successor -> successor.received(message)));
        }
    }

    private List<OnlineClient> successorsOf(OnlineClient client) {
        return online.clientsOf(client.user()).stream()
                .filter(other -> other != client && other.kind() == client.kind())
                .toList();
    }
}
