package im.msg.upstream;

import com.google.common.collect.Lists;
import im.msg.domain.Message;
import im.msg.domain.MessageHistory;
import im.msg.domain.UserId;
import im.msg.session.Database;
import im.msg.wire.ChatMessages;
import im.msg.wire.DatabaseRequest;
import im.proto.base.ContactSessionInfo;
import im.proto.base.MsgInfo;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.message.IMGetMsgListReq;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Asks the database for messages as clients do: which conversations have changed, and then for each, from its end, page by page. Thread-safe. */
public final class DatabaseHistory implements MessageHistory {
    /** Messages that an answer may have; it has fewer when they are large. */
    private static final int PAGE = 100;
    /** Of one user: as many as may wait for a client that reads slowly. */
    private static final int MAX_PAGES = 32;

    private final Database database;

    public DatabaseHistory(Database database) {
        this.database = database;
    }

    @Override
    public CompletableFuture<Void> since(UserId user, Instant time, Consumer<Message> found) {
        IMRecentContactSessionReq request = IMRecentContactSessionReq.newBuilder()
                .setUserId(user.value())
                .setLatestUpdateTime((int) time.getEpochSecond())
                .build();
        Search search = new Search(user, time.getEpochSecond(), found);
        return database.ask(DatabaseRequest.RECENT_SESSIONS, user, request).thenCompose(answer -> {
            CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
            for (ContactSessionInfo conversation : answer.getContactSessionListList()) {
                all = all.thenCompose(done -> search.in(conversation));
            }
            return all;
        });
    }

    /** One conversation after the other; so one thread at a time. */
    private final class Search {
        private final UserId user;
        private final long since;
        private final Consumer<Message> found;
        private int pages;

        private Search(UserId user, long since, Consumer<Message> found) {
            this.user = user;
            this.since = since;
            this.found = found;
        }

        private CompletableFuture<Void> in(ContactSessionInfo conversation) {
            List<Message> latestFirst = new ArrayList<>();
            return upTo(conversation.getLatestMsgId(), conversation, latestFirst)
                    .thenAccept(done -> Lists.reverse(latestFirst).forEach(found));
        }

        private CompletableFuture<Void> upTo(int id, ContactSessionInfo conversation, List<Message> latestFirst) {
            if (id == 0 || pages++ >= MAX_PAGES) {
                return CompletableFuture.completedFuture(null);
            }
            IMGetMsgListReq request = IMGetMsgListReq.newBuilder()
                    .setUserId(user.value())
                    .setSessionType(conversation.getSessionType())
                    .setSessionId(conversation.getSessionId())
                    .setMsgIdBegin(id)
                    .setMsgCnt(PAGE)
                    .build();
            return database.ask(DatabaseRequest.HISTORY, user, request).thenCompose(answer -> {
                List<MsgInfo> page = answer.getMsgListList();
                Stream<MsgInfo> wanted = page.stream().takeWhile(this::isWanted);
                wanted.map(info -> ChatMessages.inHistory(user, conversation.getSessionId(), info))
                        .forEach(latestFirst::add);
                boolean thereMayBeMore = !page.isEmpty() && isWanted(page.get(page.size() - 1));
                return upTo(thereMayBeMore ? page.get(page.size() - 1).getMsgId() - 1 : 0, conversation, latestFirst);
            });
        }

        private boolean isWanted(MsgInfo message) {
            return Integer.toUnsignedLong(message.getCreateTime()) >= since;
        }
    }
}
