package im.msg.domain;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The messages in the database. Thread-safe. */
public interface Messages {
    /**
     * The place of a message.
     *
     * @param members who is in the group that it is for; nobody otherwise
     */
    record Stored(int id, int created, List<UserId> members) {}

    /**
     * Stores a message. One whose sender had a message of this name stored before is not stored again, and gets the same place. Answers
     * for one conversation complete in the order in which the database gave them. Fails with {@link MessageRefused} when it never
     * will be stored; after any other failure it may have been.
     */
    CompletableFuture<Stored> store(NewMessage message, MessageName name);
}
