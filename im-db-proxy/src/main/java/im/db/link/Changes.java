package im.db.link;

import com.google.protobuf.MessageLite;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of what changed since a second that an answer holds.
 *
 * @param latest the second from which to ask next
 */
record Changes<M extends MessageLite>(List<M> sent, long latest) {
    private static final Logger log = LoggerFactory.getLogger(Changes.class);

    /**
     * @param changed at this second or later, the longest unchanged first
     * @param limit there may be more than are in the list when it has this many
     */
    static <T, M extends MessageLite> Changes<M> of(
            List<T> changed, long since, int limit, Function<T, M> message, Function<T, Instant> updated) {
        List<M> sent = FrameBudget.firstThatFit(changed.stream().map(message).toList());
        boolean complete = sent.size() == changed.size() && changed.size() < limit;
        long latest = sent.isEmpty()
                ? since
                : updated.apply(changed.get(sent.size() - 1)).getEpochSecond();
        if (!complete && latest == since) {
            // Whoever asks from here again would get the same for ever.
            log.warn("more changed at {} than one answer holds: some are left out", since);
            latest++;
        }
        return new Changes<>(sent, latest);
    }
}
