package im.msg.domain;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;

/**
 * What was stored here, and those at other msg-servers are to be told. While they are out of reach it waits, within bounds; what does not
 * is in the database only. Thread-safe; nothing blocks.
 */
public final class Outbox {
    /** All of it goes out at once, and has to find room on the way. */
    private static final int MAX_BYTES = 8 << 20;
    /** What one takes besides its data, roughly. */
    private static final int OVERHEAD = 256;

    private static final int BYTES_OF_RECEIVER = 6;

    private final RouteLink route;
    private final int maxWaiting;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int bytes;
    private volatile boolean cutOff;

    /** @param maxWaiting how many messages and files may wait; further ones do not */
    public Outbox(RouteLink route, int maxWaiting) {
        this.route = route;
        this.maxWaiting = maxWaiting;
    }

    /** A file that is not stored is offered now or never: it does not wait. */
    void send(FileNotice notice) {
        send(() -> route.fanOut(notice), notice.stored(), OVERHEAD);
    }

    void send(Message message, Collection<UserId> receivers) {
        int size = OVERHEAD + message.content().data().length + receivers.size() * BYTES_OF_RECEIVER;
        send(() -> route.fanOut(message, receivers), true, size);
    }

    private void send(Runnable what, boolean mayWait, int size) {
        // Most often without the lock: every message comes by here.
        if (!cutOff || isInReach(what, mayWait, size)) {
            what.run();
        }
    }

    /** Keeps it if they are not. */
    private synchronized boolean isInReach(Runnable what, boolean mayWait, int size) {
        if (!cutOff) {
            return true;
        }
        if (mayWait && waiting.size() < maxWaiting && bytes + size <= MAX_BYTES) {
            waiting.add(what);
            bytes += size;
        }
        return false;
    }

    /** Nobody elsewhere can be told. */
    synchronized void cutOff() {
        cutOff = true;
    }

    /** Everybody can. What waited goes first. */
    synchronized void inReach() {
        waiting.forEach(Runnable::run);
        waiting.clear();
        bytes = 0;
        cutOff = false;
    }
}
