package im.msg.domain;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The desktops of those for whom files are, here and at other msg-servers. While these are out of reach they cannot be told; of files that
 * wait they are afterwards. Thread-safe.
 */
public final class Receivers {
    /** More than that are not told of afterwards. */
    private static final int MAX_UNTOLD = 1000;

    private final OnlineUsers online;
    private final RouteLink route;
    private final Queue<FileNotice> untold = new ArrayDeque<>();
    private boolean cutOff;

    public Receivers(OnlineUsers online, RouteLink route) {
        this.online = online;
        this.route = route;
    }

    void tell(FileNotice notice) {
        online.desktopsOf(notice.to()).stream().filter(notice::suits).forEach(client -> client.offered(notice));
        tellElsewhere(notice);
    }

    private synchronized void tellElsewhere(FileNotice notice) {
        if (!cutOff) {
            route.fanOut(notice);
        } else if (notice.stored() && untold.size() < MAX_UNTOLD) {
            untold.add(notice);
        }
    }

    /** Nobody elsewhere can be told. */
    synchronized void cutOff() {
        cutOff = true;
    }

    /** Everybody can. */
    synchronized void inReach() {
        cutOff = false;
        untold.forEach(route::fanOut);
        untold.clear();
    }
}
