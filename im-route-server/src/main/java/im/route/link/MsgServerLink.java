package im.route.link;

import im.netlib.Connection;
import im.netlib.Session;
import im.route.domain.MsgServer;
import im.route.domain.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
        if (!scheduled && !waiting.isEmpty() && connection.isWritable()) {
            scheduled = true;
            connection.execute(() -> {
                scheduled = false;
                sendBatch();
                sendSoon();
            });
        }
    }

    private void sendBatch() {
        int count = Math.min(waiting.size(), BATCH);
        if (count == 0 || !connection.isWritable()) {
            return;
        }
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
        waiting.clear();
        gone.accept(this);
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
