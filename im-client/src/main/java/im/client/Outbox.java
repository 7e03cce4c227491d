package im.client;

import com.google.protobuf.ByteString;
import im.netlib.LinkLostException;
import im.proto.Commands;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Messages on their way to be stored. In each conversation one goes after the other, so that they are stored in the order of sending
 * whatever is lost in between; each goes out again, under the same name, until it is known to be stored or its time is up. Event
 * loop only.
 */
final class Outbox {
    private static final int MAX_WAITING = 1000;
    private static final int NAME_LENGTH = 16;

    /** How long the first attempt waits for an answer, each further one twice as long as the last. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(2);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final MsgServerLink link;
    private final Consumer<Message> onStored;
    private final Map<ConversationId, Queue<Outgoing>> queues = new HashMap<>();
    private int waiting;

    private static final class Outgoing {
        final ConversationId to;
        final Message.Kind kind;
        final ByteString data;
        final ByteString name;
        final CompletableFuture<Long> stored;
        Future<?> expiry;
        Duration patience = FIRST_PATIENCE;
        boolean sent;
        boolean underWay;

        Outgoing(ConversationId to, Message.Kind kind, ByteString data, CompletableFuture<Long> stored) {
            this.to = to;
            this.kind = kind;
            this.data = data;
            this.stored = stored;
            byte[] random = new byte[NAME_LENGTH];
            RANDOM.nextBytes(random);
            name = ByteString.copyFrom(random);
        }
    }

    /** @param onStored gets every message that was stored before its future completes */
    Outbox(MsgServerLink link, Consumer<Message> onStored) {
        this.link = link;
        this.onStored = onStored;
        link.atEveryLogin(() -> List.copyOf(queues.keySet()).forEach(this::sendNext));
        link.ended().whenComplete((over, failure) -> {
            List.copyOf(queues.values())
                    .forEach(queue ->
                            List.copyOf(queue).forEach(one -> end(one, new MessageException(uncertain(one)))));
        });
    }

    /** @param stored completes with the id that the message got */
    void add(ConversationId to, Message.Kind kind, ByteString data, CompletableFuture<Long> stored) {
        if (link.ended().isDone()) {
            stored.completeExceptionally(link.lost());
            return;
        }
        if (waiting >= MAX_WAITING) {
            stored.completeExceptionally(
                    new MessageException(MAX_WAITING + " messages wait to be stored already; this one was not sent"));
            return;
        }
        Outgoing message = new Outgoing(to, kind, data, stored);
        message.expiry = link.loop()
                .schedule(
                        () -> end(message, new MessageException(uncertain(message))),
                        link.options().messageTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        waiting++;
        queues.computeIfAbsent(to, none -> new ArrayDeque<>()).add(message);
        sendNext(to);
    }

    /** One that never went out certainly is not stored; of the others nobody knows. */
    private String uncertain(Outgoing message) {
        return message.sent
                ? "the msg-server has not said that the message to " + message.to
                        + " is stored: it may have been refused, and it may be stored all the same"
                : "the message to " + message.to + " was not sent: no connection to the msg-server in time";
    }

    private void sendNext(ConversationId to) {
        Queue<Outgoing> queue = queues.get(to);
        if (queue == null || queue.element().underWay || !link.isReady()) {
            return;
        }
        Outgoing message = queue.element();
        message.underWay = true;
        message.sent = true;
        IMMsgData request = IMMsgData.newBuilder()
                .setFromUserId(link.self().id())
                .setToSessionId(to.id())
                .setMsgId(0)
                .setCreateTime((int) Instant.now().getEpochSecond())
                .setMsgType(message.kind.in(to))
                .setMsgData(message.data)
                .setClientMsgId(message.name)
                .build();
        link.call(Commands.MSG_DATA, request, IMMsgDataAck.class, message.patience)
                .whenComplete((ack, failure) -> onAnswer(message, ack, failure));
    }

    private void onAnswer(Outgoing message, IMMsgDataAck ack, Throwable failure) {
        message.underWay = false;
        if (message.stored.isDone()) {
            sendNext(message.to);
        } else if (failure == null && ack.getMsgId() != 0) {
            onStored(message, Integer.toUnsignedLong(ack.getMsgId()));
        } else if (failure == null) {
            end(message, new MessageException("the message to " + message.to + " was refused"));
        } else if (!link.isOurs()) {
            // Others do not know names: sent again it might be stored twice.
            end(message, new MessageException(uncertain(message)));
        } else if (failure instanceof TimeoutException) {
            message.patience = message.patience.multipliedBy(2);
            sendNext(message.to);
        } else if (failure instanceof LinkLostException) {
            // The next login sends it again.
            sendNext(message.to);
        } else {
            end(message, new MessageException("the message to " + message.to + " was not sent: " + failure));
        }
    }

    private void onStored(Outgoing message, long id) {
        onStored.accept(new Message(
                message.to,
                id,
                link.self().id(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                message.kind,
                message.data));
        remove(message);
        message.stored.complete(id);
        sendNext(message.to);
    }

    private void end(Outgoing message, MessageException why) {
        remove(message);
        message.stored.completeExceptionally(why);
        sendNext(message.to);
    }

    private void remove(Outgoing message) {
        message.expiry.cancel(false);
        Queue<Outgoing> queue = queues.get(message.to);
        if (queue != null && queue.remove(message)) {
            waiting--;
            if (queue.isEmpty()) {
                queues.remove(message.to);
            }
        }
    }
}
