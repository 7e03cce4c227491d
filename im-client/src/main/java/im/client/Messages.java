package im.client;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ContactSessionInfo;
import im.proto.base.UnreadInfo;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.buddy.IMRecentContactSessionRsp;
import im.proto.buddy.IMRemoveSessionNotify;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMRemoveSessionRsp;
import im.proto.message.IMGetLatestMsgIdReq;
import im.proto.message.IMGetLatestMsgIdRsp;
import im.proto.message.IMGetMsgByIdReq;
import im.proto.message.IMGetMsgByIdRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataReadAck;
import im.proto.message.IMMsgDataReadNotify;
import im.proto.message.IMUnreadMsgCntReq;
import im.proto.message.IMUnreadMsgCntRsp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A user's conversations. Thread-safe; futures complete and listeners are called on the client's event loop. */
public final class Messages {
    /** The longest {@code msg_data} that servers store. */
    public static final int MAX_DATA = 64 << 10;

    private final MsgServerLink link;
    private final Outbox outbox;
    private Optional<Inbox> inbox = Optional.empty();
    private Optional<MessageListener> listener = Optional.empty();

    Messages(MsgServerLink link) {
        this.link = link;
        outbox = new Outbox(link, this::onStored);
        link.onPush(Commands.MSG_DATA, this::onPush);
        link.onPush(Commands.MSG_READ_NOTIFY, this::onRead);
        link.onPush(Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY, this::onRemoved);
    }

    // Sending

    /**
     * Sends a text, encrypted as clients of the family do.
     *
     * @return as {@link #send}
     */
    public CompletableFuture<Long> sendText(ConversationId to, String text) {
        return send(to, Message.Kind.TEXT, MessageCipher.encrypt(text));
    }

    /**
     * Sends what servers do not open. Messages to one conversation are stored in the order of sending. A message whose answer is lost
     * with the connection, or late, is sent again until its time is up, and yet stored once; a msg-server of others cannot do that, and
     * the first loss fails it.
     *
     * @return the id in the conversation, once it is stored; fails with {@link MessageException} when that is not known
     */
    public CompletableFuture<Long> send(ConversationId to, Message.Kind kind, ByteString data) {
        if (data.size() > MAX_DATA) {
            return CompletableFuture.failedFuture(new MessageException(
                    "the message is too long: " + data.size() + " bytes, and at most " + MAX_DATA + " are stored"));
        }
        CompletableFuture<Long> stored = new CompletableFuture<>();
        link.onLoop(stored, () -> outbox.add(to, kind, data, stored));
        return stored;
    }

    // Listening

    /**
     * From now on every message of every conversation is confirmed to the msg-server and given to the listener, in order and once, even
     * if connections are lost. Who does not listen confirms nothing. Once for a client.
     *
     * @return completes when nothing that is stored from then on is missed; what was there before is a matter of
     *     {@link #history}
     */
    public CompletableFuture<Void> listen(MessageListener to) {
        CompletableFuture<Void> listening = new CompletableFuture<>();
        link.onLoop(listening, () -> {
            if (listener.isPresent()) {
                listening.completeExceptionally(new IllegalStateException("somebody listens already"));
                return;
            }
            listener = Optional.of(to);
            inbox = Optional.of(new Inbox(link, to, listening));
        });
        return listening;
    }

    private void onStored(Message message) {
        inbox.ifPresent(one -> one.onMessage(message));
    }

    private void onPush(IMMsgData pushed) {
        inbox.ifPresent(one -> one.onPush(pushed));
    }

    private void onRead(IMMsgDataReadNotify notify) {
        tell(one -> one.onRead(
                ConversationId.of(notify.getSessionType(), notify.getSessionId()),
                Integer.toUnsignedLong(notify.getMsgId())));
    }

    private void onRemoved(IMRemoveSessionNotify notify) {
        tell(one -> one.onRemoved(ConversationId.of(notify.getSessionType(), notify.getSessionId())));
    }

    private void tell(Consumer<MessageListener> what) {
        listener.ifPresent(one -> link.tellListener(() -> what.accept(one)));
    }

    // Reading

    /**
     * A page of the history.
     *
     * @param from the newest id of the page; 0: the newest of all
     * @param count at most 100; servers cut pages that would be too long
     * @return in descending order; empty when there is nothing, or the user is no member
     */
    public CompletableFuture<List<Message>> history(ConversationId conversation, long from, int count) {
        IMGetMsgListReq request = IMGetMsgListReq.newBuilder()
                .setUserId(link.self().id())
                .setSessionType(conversation.sessionType())
                .setSessionId(conversation.id())
                .setMsgIdBegin((int) from)
                .setMsgCnt(count)
                .build();
        return link.call(Commands.MSG_LIST_REQUEST, request, IMGetMsgListRsp.class)
                .thenApply(page -> page.getMsgListList().stream()
                        .map(info -> Message.of(info, conversation))
                        .toList());
    }

    /** The id of the newest message; 0 when there is none. */
    public CompletableFuture<Long> latestId(ConversationId conversation) {
        IMGetLatestMsgIdReq request = IMGetLatestMsgIdReq.newBuilder()
                .setUserId(link.self().id())
                .setSessionType(conversation.sessionType())
                .setSessionId(conversation.id())
                .build();
        return link.call(Commands.MSG_GET_LATEST_MSG_ID_REQ, request, IMGetLatestMsgIdRsp.class)
                .thenApply(answer -> Integer.toUnsignedLong(answer.getLatestMsgId()));
    }

    /** Those of these messages that exist, at most 100, in ascending order; servers cut what would be too long. */
    public CompletableFuture<List<Message>> byId(ConversationId conversation, Collection<Long> ids) {
        IMGetMsgByIdReq request = IMGetMsgByIdReq.newBuilder()
                .setUserId(link.self().id())
                .setSessionType(conversation.sessionType())
                .setSessionId(conversation.id())
                .addAllMsgIdList(ids.stream().map(Long::intValue).toList())
                .build();
        return link.call(Commands.MSG_GET_BY_MSG_ID_REQ, request, IMGetMsgByIdRsp.class)
                .thenApply(answer -> answer.getMsgListList().stream()
                        .map(info -> Message.of(info, conversation))
                        .toList());
    }

    /** Tells the servers, and with them the user's other clients, that a conversation was read up to this message. There is no answer. */
    public CompletableFuture<Void> markRead(ConversationId conversation, long id) {
        return link.tell(
                Commands.MSG_READ_ACK,
                IMMsgDataReadAck.newBuilder()
                        .setUserId(link.self().id())
                        .setSessionId(conversation.id())
                        .setMsgId((int) id)
                        .setSessionType(conversation.sessionType())
                        .build());
    }

    /** Conversations with something unread, newest first. */
    public CompletableFuture<List<UnreadConversation>> unread() {
        IMUnreadMsgCntReq request =
                IMUnreadMsgCntReq.newBuilder().setUserId(link.self().id()).build();
        return link.call(Commands.MSG_UNREAD_CNT_REQUEST, request, IMUnreadMsgCntRsp.class)
                .thenApply(answer -> answer.getUnreadinfoListList().stream()
                        .map(Messages::unread)
                        .toList());
    }

    private static UnreadConversation unread(UnreadInfo info) {
        return new UnreadConversation(
                ConversationId.of(info.getSessionType(), info.getSessionId()),
                Integer.toUnsignedLong(info.getUnreadCnt()),
                Integer.toUnsignedLong(info.getLatestMsgId()));
    }

    /** Conversations that have got a message since then, newest first, at most 200, without those that were removed. */
    public CompletableFuture<List<RecentConversation>> recent(Instant since) {
        IMRecentContactSessionReq request = IMRecentContactSessionReq.newBuilder()
                .setUserId(link.self().id())
                .setLatestUpdateTime((int) since.getEpochSecond())
                .build();
        return link.call(Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST, request, IMRecentContactSessionRsp.class)
                .thenApply(answer -> answer.getContactSessionListList().stream()
                        .map(Messages::recent)
                        .toList());
    }

    private static RecentConversation recent(ContactSessionInfo info) {
        Instant updated = Message.seconds(info.getUpdatedTime());
        return new RecentConversation(
                updated,
                new Message(
                        ConversationId.of(info.getSessionType(), info.getSessionId()),
                        Integer.toUnsignedLong(info.getLatestMsgId()),
                        info.getLatestMsgFromUserId(),
                        updated,
                        Message.Kind.of(info.getLatestMsgType()),
                        info.getLatestMsgData()));
    }

    /** Takes a conversation off the list of recent ones, until somebody writes in it. */
    public CompletableFuture<Void> remove(ConversationId conversation) {
        IMRemoveSessionReq request = IMRemoveSessionReq.newBuilder()
                .setUserId(link.self().id())
                .setSessionType(conversation.sessionType())
                .setSessionId(conversation.id())
                .build();
        return link.call(Commands.BUDDY_LIST_REMOVE_SESSION_REQ, request, IMRemoveSessionRsp.class)
                .thenCompose(answer ->
                        RequestRefusedException.unlessDone(answer.getResultCode(), "to remove " + conversation));
    }
}
