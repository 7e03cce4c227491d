package im.client;

import im.netlib.LinkLostException;
import im.proto.Commands;
import im.proto.base.ContactSessionInfo;
import im.proto.base.UnreadInfo;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.buddy.IMRecentContactSessionRsp;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import im.proto.message.IMUnreadMsgCntReq;
import im.proto.message.IMUnreadMsgCntRsp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a listener every message that is stored from the moment it began to listen, once and in the order of the ids. What the
 * msg-server pushes is confirmed; what it did not push, because the connection was away or for any other reason, is found by the gap
 * in the ids, and after each login by asking which conversations have got something since. Event loop only.
 */
final class Inbox {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    /** How long what is missing may be just behind what came: messages of two senders take two ways. */
    private static final Duration GAP_PATIENCE = Duration.ofMillis(100);

    /** How far back the list of recent conversations is asked for, beyond what is known: the clocks of servers differ. */
    private static final int CLOCK_SECONDS = 300;

    private final MsgServerLink link;
    private final MessageListener listener;
    private final CompletableFuture<Void> listening;
    private final Instant since;
    private final Map<ConversationId, Feed> feeds = new HashMap<>();
    /** Counts the questions what was missed, so that the answer to an old one is known as such. */
    private int asked;

    private boolean asking = true;
    private long latestUpdate;

    /** @param listening completes when all that is stored from then on will be given to the listener */
    Inbox(MsgServerLink link, MessageListener listener, CompletableFuture<Void> listening) {
        this.link = link;
        this.listener = listener;
        this.listening = listening;
        this.since = link.serverTime();
        link.atEveryLogin(this::ask);
        link.ended().whenComplete((over, failure) -> listening.completeExceptionally(link.lost()));
        ask();
    }

    // What was missed

    private void ask() {
        if (!link.isReady()) {
            return;
        }
        asking = true;
        int question = ++asked;
        int userId = link.self().id();
        CompletableFuture<IMRecentContactSessionRsp> recent = link.call(
                Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST,
                IMRecentContactSessionReq.newBuilder()
                        .setUserId(userId)
                        .setLatestUpdateTime((int) Math.max(0, latestUpdate - CLOCK_SECONDS))
                        .build(),
                IMRecentContactSessionRsp.class);
        CompletableFuture<IMUnreadMsgCntRsp> unread = link.call(
                Commands.MSG_UNREAD_CNT_REQUEST,
                IMUnreadMsgCntReq.newBuilder().setUserId(userId).build(),
                IMUnreadMsgCntRsp.class);
        recent.thenAcceptBoth(unread, (conversations, counts) -> {
                    if (question == asked) {
                        onAnswers(conversations.getContactSessionListList(), counts.getUnreadinfoListList());
                    }
                })
                .exceptionally(failure -> {
                    log.debug("{}: not told what was missed: {}", link, failure.toString());
                    later(BETWEEN_ATTEMPTS, () -> {
                        if (question == asked) {
                            ask();
                        }
                    });
                    return null;
                });
    }

    private void onAnswers(List<ContactSessionInfo> recent, List<UnreadInfo> unread) {
        boolean first = !listening.isDone();
        for (ContactSessionInfo one : recent) {
            latestUpdate = Math.max(latestUpdate, Integer.toUnsignedLong(one.getUpdatedTime()));
            feed(ConversationId.of(one.getSessionType(), one.getSessionId()))
                    .onLatest(Integer.toUnsignedLong(one.getLatestMsgId()), 0, first);
        }
        for (UnreadInfo one : unread) {
            feed(ConversationId.of(one.getSessionType(), one.getSessionId()))
                    .onLatest(
                            Integer.toUnsignedLong(one.getLatestMsgId()),
                            Integer.toUnsignedLong(one.getUnreadCnt()),
                            first);
        }
        asking = false;
        List.copyOf(feeds.values()).forEach(Feed::advance);
        listening.complete(null);
    }

    // What arrives

    void onPush(IMMsgData pushed) {
        if (pushed.getMsgId() == 0) {
            return;
        }
        latestUpdate = Math.max(latestUpdate, Integer.toUnsignedLong(pushed.getCreateTime()));
        Message message = Message.of(pushed, link.self().id());
        confirm(message);
        onMessage(message);
    }

    /** One that is stored: it was pushed, or this client has sent it. */
    void onMessage(Message message) {
        Feed feed = feed(message.conversation());
        feed.add(message);
        if (feed.isComplete()) {
            feed.advance();
        } else {
            later(GAP_PATIENCE, feed::advance);
        }
    }

    private void confirm(Message message) {
        link.tell(
                Commands.MSG_DATA_ACK,
                IMMsgDataAck.newBuilder()
                        .setUserId(link.self().id())
                        .setSessionId(message.conversation().id())
                        .setMsgId((int) message.id())
                        .setSessionType(message.conversation().sessionType())
                        .build());
    }

    private Feed feed(ConversationId conversation) {
        return feeds.computeIfAbsent(conversation, id -> new Feed(id, this));
    }

    // For feeds

    MsgServerLink link() {
        return link;
    }

    /** While this is true nobody can say what is new in a conversation that nothing was known of. */
    boolean isAsking() {
        return asking;
    }

    /** When listening began, by the servers' clock. */
    Instant since() {
        return since;
    }

    void deliver(Message message) {
        link.tellListener(() -> listener.onMessage(message));
    }

    /** Has a feed that could not go on tried again; after a lost connection the next login does that. */
    void onFailure(Feed feed, Throwable failure) {
        log.debug("{}: {} has to wait: {}", link, feed, failure.toString());
        if (!(failure instanceof LinkLostException) && !(failure.getCause() instanceof LinkLostException)) {
            later(BETWEEN_ATTEMPTS, feed::advance);
        }
    }

    private void later(Duration delay, Runnable task) {
        link.loop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
