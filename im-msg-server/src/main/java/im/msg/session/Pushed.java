package im.msg.session;

import im.msg.domain.Message;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which messages were sent to a client on its connection, so that none is sent twice. Only the latest are remembered: a repetition comes
 * soon, when a server or a connection was lost. One thread at a time.
 */
final class Pushed {
    private static final int MAX = 256;

    private final Set<Message.Key> latest = new LinkedHashSet<>();

    /** @return false when it was sent before */
    boolean add(Message message) {
        if (!latest.add(message.key())) {
            return false;
        }
        if (latest.size() > MAX) {
            Iterator<Message.Key> oldest = latest.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }
}
