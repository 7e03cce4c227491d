package im.route.link;

import im.netlib.Connection;
import im.netlib.Session;
import im.proto.Commands;
import im.proto.base.ServerUserStat;
import im.proto.base.UserStatType;
import im.proto.server.IMOnlineUserInfo;
import im.route.domain.Client;
import im.route.domain.MsgServer;
import im.route.domain.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One linked msg-server. News go out together, at the end of the loop's turn; while the msg-server is too slow for them they wait, and
 * then it hears the latest about each user only. So a msg-server with very many users can come and go without the others being cut
 * off, or waiting for each other. Event loop only.
 */
final class MsgServerLink implements Session, MsgServer {
    private static final int BATCH = 1000;

    private final Connection connection;
    private final int maxNews;
    private final Consumer<MsgServerLink> gone;
    /** Goes out before the news that wait: they are younger. */
    private Iterator<Client> everybody;

    private boolean everybodyBegun;
    private final Map<News, Boolean> waiting = new LinkedHashMap<>();
    private boolean scheduled;

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
        tell(new News(News.Topic.STATUS, user), online);
    }

    @Override
    public void desktopChanged(UserId user, boolean online) {
        tell(new News(News.Topic.DESKTOP, user), online);
    }

    @Override
    public void everybodyElsewhere(Collection<Client> clients) {
        if (!connection.isClosing()) {
            everybody = clients.iterator();
            everybodyBegun = false;
            waiting.clear();
            sendSoon();
        }
    }

    private void tell(News news, boolean online) {
        if (connection.isClosing()) {
            return;
        }
        waiting.put(news, online);
        if (waiting.size() >= BATCH) {
            sendBatch();
        }
        if (waiting.size() > maxNews) {
            connection.abort("does not read: more than " + maxNews + " news wait for it");
        } else {
            sendSoon();
        }
    }

    private void sendSoon() {
        if (!scheduled && (everybody != null || !waiting.isEmpty()) && connection.isWritable()) {
            scheduled = true;
            connection.execute(() -> {
                scheduled = false;
                sendBatch();
                sendSoon();
            });
        }
    }

    private void sendBatch() {
        if (!connection.isWritable()) {
            return;
        }
        if (everybody != null) {
            sendPartOfEverybody();
        } else if (!waiting.isEmpty()) {
            sendNews();
        }
    }

    private void sendPartOfEverybody() {
        IMOnlineUserInfo.Builder part = IMOnlineUserInfo.newBuilder();
        if (!everybodyBegun) {
            part.setFirstPart(true);
            everybodyBegun = true;
        }
        while (everybody.hasNext() && part.getUserStatListCount() < BATCH) {
            Client client = everybody.next();
            part.addUserStatList(ServerUserStat.newBuilder()
                    .setUserId(client.user().value())
                    .setStatus(UserStatType.USER_STATUS_ONLINE)
                    .setClientType(ClientKinds.typeOf(client.kind())));
        }
        if (!everybody.hasNext()) {
            part.setLastPart(true);
            everybody = null;
        }
        connection.send(Commands.OTHER_ONLINE_USER_INFO, part.build());
    }

    private void sendNews() {
        int count = Math.min(waiting.size(), BATCH);
        ByteBuf frames = Unpooled.buffer(count * News.MAX_LENGTH);
        Iterator<Map.Entry<News, Boolean>> oldest = waiting.entrySet().iterator();
        for (int i = 0; i < count; i++) {
            Map.Entry<News, Boolean> entry = oldest.next();
            entry.getKey().writeTo(frames, entry.getValue());
            oldest.remove();
        }
        connection.write(frames);
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        sendSoon();
    }

    @Override
    public void onClosed() {
        everybody = null;
        waiting.clear();
        gone.accept(this);
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
