package im.msg.domain;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The messages that the database has. Thread-safe. */
public interface MessageHistory {
    /**
     * Finds the messages in a user's conversations that were stored in this second or later. Of very many the latest are found.
     *
     * @param found is given each, those of one conversation in their order; on any thread, one at a time
     * @return completes when there are no more; fails when there is nobody to ask, or no answer
     */
    CompletableFuture<Void> since(UserId user, Instant time, Consumer<Message> found);
}
