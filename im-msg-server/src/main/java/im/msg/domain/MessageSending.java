package im.msg.domain;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.hash.HashCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Has messages stored, and then delivered. A message that is sent again within a minute is not stored or delivered again, and gets the
 * same answer; if the first was not answered it is stored under the same name, since it may have been stored all the same. Thread-safe.
 */
public final class MessageSending {
    private static final Duration REPEATED_WITHIN = Duration.ofMinutes(1);

    private final Messages messages;
    private final MessageDelivery delivery;
    private final AfterStoring afterStoring;
    private final Cache<Sign, Attempt> recent;

    /** By what a message is known when it comes again. */
    public sealed interface Sign {
        /** The name that its sender gave it. In another conversation it is not the same message, but one that the database refuses. */
        record Named(UserId from, Conversation in, MessageName name) implements Sign {}

        /**
         * The same bytes with the same number on the same connection.
         *
         * @param connection no two have the same
         */
        record Numbered(long connection, int seq, HashCode bytes) implements Sign {}
    }

    private record Attempt(MessageName name, CompletableFuture<Messages.Stored> answer) {
        private static Attempt joinOrRepeat(Attempt earlier, Attempt later) {
            return earlier.answer.isCompletedExceptionally() ? new Attempt(earlier.name, later.answer) : earlier;
        }
    }

    /** @param maxRemembered how many messages of the last minute are known when they are sent again */
    public MessageSending(
            Messages messages, MessageDelivery delivery, AfterStoring afterStoring, int maxRemembered, Timer timer) {
        this.messages = messages;
        this.delivery = delivery;
        this.afterStoring = afterStoring;
        this.recent = CacheBuilder.newBuilder()
                .maximumSize(maxRemembered)
                .expireAfterWrite(REPEATED_WITHIN)
                .ticker(new Ticker() {
                    @Override
                    public long read() {
                        return timer.nanoTime();
                    }
                })
                .build();
    }

    /**
     * Fails as {@link Messages#store} does.
     *
     * @param origin the client that sends it, if it is one: it is not sent the message, but learns from the answer that it is stored
     */
    public CompletableFuture<Messages.Stored> send(NewMessage message, Sign sign, Optional<OnlineClient> origin) {
        MessageName name = sign instanceof Sign.Named named ? named.name() : MessageName.fresh();
        CompletableFuture<Messages.Stored> answer = new CompletableFuture<>();
        Attempt attempt = recent.asMap().merge(sign, new Attempt(name, answer), Attempt::joinOrRepeat);
        if (attempt.answer() == answer) {
            store(message, attempt, origin);
        }
        return attempt.answer();
    }

    private void store(NewMessage message, Attempt attempt, Optional<OnlineClient> origin) {
        messages.store(message, attempt.name()).whenComplete((stored, failure) -> {
            if (failure != null) {
                attempt.answer().completeExceptionally(failure);
                return;
            }
            attempt.answer().complete(stored);
            List<UserId> receivers =
                    message.type().isForGroup() ? stored.members() : List.of(message.from(), new UserId(message.to()));
            Message kept = new Message(message, stored.id(), stored.created());
            delivery.deliver(kept, receivers, origin);
            afterStoring.stored(kept, receivers);
        });
    }
}
