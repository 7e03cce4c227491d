package im.db.link;

import java.util.List;
import java.util.Optional;

/**
 * Work that costs less for several requests at once than for each of them. Called on one thread at a time for each stripe.
 *
 * @param <Q> a request
 * @param <A> its answer
 */
public interface Together<Q, A> {
    /** How many requests there are at once at most. */
    int MOST = 32;

    /** Meets a request by itself. */
    A one(Q request) throws Exception;

    /**
     * Meets all of them. When this throws, it has failed for each.
     *
     * @param requests two or more, in the order in which they were accepted
     * @return an answer to each; nothing when they cannot be met together: then nothing has been done, and each will be met by
     *     itself
     */
    Optional<List<A>> several(List<Q> requests) throws Exception;
}
