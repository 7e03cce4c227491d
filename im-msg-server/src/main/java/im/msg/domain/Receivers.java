package im.msg.domain;

/** The desktops of those for whom files are, here and at other msg-servers. Thread-safe. */
public final class Receivers {
    private final OnlineUsers online;
    private final Outbox elsewhere;

    public Receivers(OnlineUsers online, Outbox elsewhere) {
        this.online = online;
        this.elsewhere = elsewhere;
    }

    void tell(FileNotice notice) {
        online.desktopsOf(notice.to()).stream().filter(notice::suits).forEach(client -> client.offered(notice));
        elsewhere.send(notice);
    }
}
