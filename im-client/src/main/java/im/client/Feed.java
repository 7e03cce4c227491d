package im.client;

import im.proto.Commands;
import im.proto.base.MsgInfo;
import im.proto.message.IMGetMsgByIdReq;
import im.proto.message.IMGetMsgByIdRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import java.util.List;
import java.util.TreeMap;

/** Puts the messages of one conversation in order, and fetches what is missing. Event loop only. */
final class Feed {
    /** The most that a server answers at once. */
    private static final int PAGE = 100;

    /** What came too early beyond this is fetched again when its turn has come. */
    private static final int MAX_EARLY = 1000;

    private static final long UNKNOWN = -1;

    private final ConversationId conversation;
    private final Inbox inbox;
    private final TreeMap<Long, Message> early = new TreeMap<>();
    /** Everything up to this one was delivered, or was there before. */
    private long last = UNKNOWN;
    /** The newest that is known to be stored. */
    private long newest;

    private long unread;
    private boolean busy;

    Feed(ConversationId conversation, Inbox inbox) {
        this.conversation = conversation;
        this.inbox = inbox;
    }

    /**
     * The server has said what the newest message is.
     *
     * @param unreadCount how many messages of others are new at least
     * @param first whether this is the state at the beginning, so that all these messages are old
     */
    void onLatest(long id, long unreadCount, boolean first) {
        newest = Math.max(newest, id);
        if (last == UNKNOWN && first) {
            last = early.isEmpty() ? id : Math.min(id, early.firstKey() - 1);
        }
        unread = unreadCount;
    }

    void add(Message message) {
        if (message.id() <= last) {
            return;
        }
        newest = Math.max(newest, message.id());
        early.putIfAbsent(message.id(), message);
        if (early.size() > MAX_EARLY) {
            early.pollLastEntry();
        }
    }

    /** Whether nothing is missing before what is here. */
    boolean isComplete() {
        if (last == UNKNOWN) {
            return !inbox.isAsking() && beginsHere();
        }
        return early.isEmpty() || early.firstKey() == last + 1;
    }

    private boolean beginsHere() {
        return !early.isEmpty() && early.firstKey() == 1;
    }

    /** Delivers what is next, and fetches it if it is not here. */
    void advance() {
        if (busy) {
            return;
        }
        if (last == UNKNOWN) {
            if (!inbox.isAsking()) {
                findStart(newest, unread);
            }
            return;
        }
        deliverNext();
        if (last < newest) {
            fetch();
        }
    }

    private void deliverNext() {
        while (!early.isEmpty() && early.firstKey() <= last + 1) {
            deliver(early.pollFirstEntry().getValue());
        }
    }

    private void deliver(Message message) {
        if (message.id() > last) {
            last = message.id();
            inbox.deliver(message);
        }
    }

    private void fetch() {
        long end = Math.min(last + PAGE, early.isEmpty() ? newest : early.firstKey() - 1);
        IMGetMsgByIdReq.Builder request = IMGetMsgByIdReq.newBuilder()
                .setUserId(inbox.link().self().id())
                .setSessionType(conversation.sessionType())
                .setSessionId(conversation.id());
        for (long id = last + 1; id <= end; id++) {
            request.addMsgIdList((int) id);
        }
        busy = true;
        inbox.link()
                .call(Commands.MSG_GET_BY_MSG_ID_REQ, request.build(), IMGetMsgByIdRsp.class)
                .whenComplete((answer, failure) -> {
                    busy = false;
                    if (failure == null) {
                        onFetched(answer.getMsgListList(), end);
                    } else {
                        inbox.onFailure(this, failure);
                    }
                });
    }

    /** An answer is in order and may be cut where it would be too long; what it leaves out before its end is not there for this user. */
    private void onFetched(List<MsgInfo> messages, long end) {
        messages.forEach(one -> add(Message.of(one, conversation)));
        long known = messages.stream()
                .mapToLong(one -> Integer.toUnsignedLong(one.getMsgId()))
                .max()
                .orElse(end);
        while (!early.isEmpty() && early.firstKey() <= known) {
            deliver(early.pollFirstEntry().getValue());
        }
        last = Math.max(last, known);
        advance();
    }

    /**
     * Goes back in a conversation that nothing was known of, to the newest message that was there before: one that is neither unread nor
     * was sent since.
     */
    private void findStart(long from, long stillUnread) {
        if (from == 0 || beginsHere()) {
            onStart(0);
            return;
        }
        busy = true;
        inbox.link()
                .call(
                        Commands.MSG_LIST_REQUEST,
                        IMGetMsgListReq.newBuilder()
                                .setUserId(inbox.link().self().id())
                                .setSessionType(conversation.sessionType())
                                .setSessionId(conversation.id())
                                .setMsgIdBegin((int) from)
                                .setMsgCnt(PAGE)
                                .build(),
                        IMGetMsgListRsp.class)
                .whenComplete((answer, failure) -> {
                    busy = false;
                    if (failure == null) {
                        onPage(answer.getMsgListList(), from, stillUnread);
                    } else {
                        inbox.onFailure(this, failure);
                    }
                });
    }

    private void onPage(List<MsgInfo> descending, long from, long stillUnread) {
        int self = inbox.link().self().id();
        long left = stillUnread;
        long lowest = from + 1;
        for (MsgInfo info : descending) {
            Message message = Message.of(info, conversation);
            boolean isUnread = left > 0;
            left -= message.fromUserId() == self ? 0 : 1;
            if (!isUnread && message.createdAt().isBefore(inbox.since())) {
                onStart(message.id());
                return;
            }
            lowest = Math.min(lowest, message.id());
        }
        if (descending.isEmpty()) {
            onStart(from);
        } else {
            findStart(lowest - 1, Math.max(0, left));
        }
    }

    private void onStart(long id) {
        last = early.isEmpty() ? id : Math.min(id, early.firstKey() - 1);
        advance();
    }

    @Override
    public String toString() {
        return conversation.toString();
    }
}
