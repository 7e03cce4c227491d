package im.msg.domain;

/** The desktops of those for whom files are, here and at other msg-servers. Thread-safe. */
public final class Receivers {
    private final OnlineUsers online;
    private final RouteLink route;

    public Receivers(OnlineUsers online, RouteLink route) {
        this.online = online;
        this.route = route;
    }

    void tell(FileNotice notice) {
        online.desktopsOf(notice.to()).stream().filter(notice::suits).forEach(client -> client.offered(notice));
        route.fanOut(notice);
    }
}
