package im.msg.domain;

import java.util.stream.Stream;

/** Tells clients, here and at other msg-servers, what somebody did. Thread-safe; nothing blocks. */
public final class Notices {
    private final OnlineUsers online;
    private final RouteLink route;

    public Notices(OnlineUsers online, RouteLink route) {
        this.online = online;
        this.route = route;
    }

    /** Tells everybody whom it concerns. */
    public void send(Notice notice) {
        clients(notice).forEach(client -> client.noticed(notice));
        route.fanOut(notice);
    }

    /** Tells everybody but the client that did it. */
    public void sendToOthers(Notice notice, OnlineClient origin) {
        clients(notice).filter(client -> client != origin).forEach(client -> client.noticed(notice));
        route.fanOut(notice);
    }

    /** Tells those who are here. */
    void tellHere(Notice notice) {
        clients(notice).forEach(client -> client.noticed(notice));
    }

    private Stream<OnlineClient> clients(Notice notice) {
        if (notice.audience() instanceof Notice.Audience.ClientsOf some) {
            return some.users().stream().flatMap(user -> online.clientsOf(user).stream());
        }
        return online.desktops().stream();
    }
}
