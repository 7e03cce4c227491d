package im.route.link;

import im.netlib.Connection;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUserStatNotify;
import im.proto.server.IMServerPCLoginStatusNotify;
import im.route.domain.MsgServer;
import im.route.domain.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One linked msg-server. News that it is too slow for wait, and then it hears the latest about each user only: when a msg-server with
 * very many users comes or goes, that must not cut off the others. Event loop only.
 */
final class MsgServerLink implements Session, MsgServer {
    private enum Topic {
        STATUS,
        DESKTOP
    }

    private record News(Topic topic, UserId user) {}

    private final Connection connection;
    private final int maxNews;
    private final Consumer<MsgServerLink> gone;
    private final Map<News, Boolean> waiting = new LinkedHashMap<>();

    /** @param gone called once, when the connection has ended */
    MsgServerLink(Connection connection, int maxNews, Consumer<MsgServerLink> gone) {
        this.connection = connection;
        this.maxNews = maxNews;
        this.gone = gone;
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void statusChanged(UserId user, boolean online) {
        tell(new News(Topic.STATUS, user), online);
    }

    @Override
    public void desktopChanged(UserId user, boolean online) {
        tell(new News(Topic.DESKTOP, user), online);
    }

    private void tell(News news, boolean online) {
        if (waiting.isEmpty() && connection.isWritable()) {
            send(news, online);
        } else if (!connection.isClosing()) {
            waiting.put(news, online);
            if (waiting.size() > maxNews) {
                connection.abort("does not read: more than " + maxNews + " news wait for it");
            }
        }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        while (connection.isWritable() && !waiting.isEmpty()) {
            // Sending may come back here, so no iterator lives on.
            Iterator<Map.Entry<News, Boolean>> oldest = waiting.entrySet().iterator();
            Map.Entry<News, Boolean> entry = oldest.next();
            News news = entry.getKey();
            boolean online = entry.getValue();
            oldest.remove();
            send(news, online);
        }
    }

    private void send(News news, boolean online) {
        switch (news.topic()) {
            case STATUS ->
                connection.send(
                        Commands.BUDDY_LIST_STATUS_NOTIFY,
                        IMUserStatNotify.newBuilder()
                                .setUserStat(UserStat.newBuilder()
                                        .setUserId(news.user().value())
                                        .setStatus(
                                                online
                                                        ? UserStatType.USER_STATUS_ONLINE
                                                        : UserStatType.USER_STATUS_OFFLINE))
                                .build());
            case DESKTOP ->
                connection.send(
                        Commands.OTHER_LOGIN_STATUS_NOTIFY,
                        IMServerPCLoginStatusNotify.newBuilder()
                                .setUserId(news.user().value())
                                .setLoginStatus(online ? 1 : 0)
                                .build());
        }
    }

    @Override
    public void onClosed() {
        waiting.clear();
        gone.accept(this);
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
