package im.db.link;

import im.db.domain.StorageFailure;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the storage for handlers, on the stripe of the user or the conversation it is about, and logs what fails; whatever fails, the link lives
 * on. Never blocks its caller; thread-safe.
 */
public final class StorageCalls {
    private static final Logger log = LoggerFactory.getLogger(StorageCalls.class);

    private final Stripes stripes;

    public StorageCalls(Stripes stripes) {
        this.stripes = stripes;
    }

    /**
     * Runs the work and then one of the two, on a thread of the stripes; the failure of work that is refused at once runs on
     * the caller's.
     *
     * @param what for the log: the request and its ids
     * @param key of the user, or the conversation, whose requests keep their order
     */
    <T> void run(
            MsgServerLink link, String what, Object key, Callable<T> work, Consumer<T> onSuccess, Runnable onFailure) {
        tell(link, what, stripes.submit(key, work), onSuccess, onFailure);
    }

    /** As above, for work that may be done for several requests at once. */
    <Q, A> void run(
            MsgServerLink link,
            String what,
            Object key,
            Together<Q, A> work,
            Q request,
            Consumer<A> onSuccess,
            Runnable onFailure) {
        tell(link, what, stripes.submit(key, work, request), onSuccess, onFailure);
    }

    private static <T> void tell(
            MsgServerLink link, String what, CompletableFuture<T> outcome, Consumer<T> onSuccess, Runnable onFailure) {
        outcome.whenComplete((result, failure) -> {
            try {
                if (failure == null) {
                    onSuccess.accept(result);
                } else {
                    log(link, what, failure);
                    onFailure.run();
                }
            } catch (RuntimeException bug) {
                log.error("{}: {}: no answer because of a bug", link, what, bug);
            }
        });
    }

    private static void log(MsgServerLink link, String what, Throwable failure) {
        if (failure instanceof StorageFailure
                || failure instanceof RejectedExecutionException
                || failure instanceof TimeoutException) {
            log.warn("{}: {} failed: {}", link, what, failure.getMessage());
        } else {
            log.error("{}: {} failed because of a bug", link, what, failure);
        }
    }
}
