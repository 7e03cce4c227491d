package im.msg.domain;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The records of files that wait for their receivers. Adding and deleting may be repeated. Thread-safe. A future fails with a
 * {@link java.util.concurrent.TimeoutException} when it is not known whether the request was carried out, with {@link
 * RecordRefused} when it never will be, and otherwise when it was not but may be later.
 */
public interface OfflineFiles {
    CompletableFuture<Void> add(OfflineFile file);

    /** @param to who may delete it: its receiver, and nobody else */
    CompletableFuture<Void> delete(TaskId task, UserId from, UserId to);

    CompletableFuture<List<OfflineFile>> waitingFor(UserId user);
}
