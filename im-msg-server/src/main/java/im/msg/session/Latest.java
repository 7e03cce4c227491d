package im.msg.session;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What was sent to a client on its connection, so that nothing is sent twice. Only the latest is remembered: a repetition comes soon, when a
 * server or a connection was lost. One thread at a time.
 *
 * @param <T> names what was sent
 */
final class Latest<T> {
    private static final int MAX = 256;

    private final Set<T> latest = new LinkedHashSet<>();

    /** @return false when it was there before */
    boolean add(T name) {
        if (!latest.add(name)) {
            return false;
        }
        if (latest.size() > MAX) {
            Iterator<T> oldest = latest.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }

    boolean contains(T name) {
        return latest.contains(name);
    }
}
