package im.msg.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import im.msg.domain.UserId;
import im.msg.session.Database;
import im.msg.wire.DatabaseRequest;
import im.netlib.LinkLostException;
import im.proto.base.ContactSessionInfo;
import im.proto.base.MsgInfo;
import im.proto.base.MsgType;
import im.proto.base.SessionStatusType;
import im.proto.base.SessionType;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.buddy.IMRecentContactSessionRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import im.proto.message.IMMsgDataReadAck;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DatabaseHistoryTest {
    private static final UserId ALICE = new UserId(1);
    private static final int BOB = 2;
    private static final int GROUP = -7;
    private static final int PAGE = 100;
    private static final int MAX_PAGES = 32;

    private final Conversations database = new Conversations();
    private final List<String> found = new ArrayList<>();

    /** A message is stored every second, and its id is that second. */
    private static final class Conversations implements Database {
        /** By the id of the group or the other user: how many messages there are. */
        final Map<Integer, Integer> lastIds = new LinkedHashMap<>();

        int pages;
        boolean lost;

        @Override
        @SuppressWarnings("unchecked")
        public <Q extends Message, R extends Message> CompletableFuture<R> ask(
                DatabaseRequest<Q, R> kind, UserId user, Q request) {
            if (lost) {
                return CompletableFuture.failedFuture(new LinkLostException("no db-proxy is ready"));
            }
            return CompletableFuture.completedFuture((R)
                    (request instanceof IMRecentContactSessionReq recent
                            ? changed(recent)
                            : page((IMGetMsgListReq) request)));
        }

        private IMRecentContactSessionRsp changed(IMRecentContactSessionReq request) {
            IMRecentContactSessionRsp.Builder answer =
                    IMRecentContactSessionRsp.newBuilder().setUserId(request.getUserId());
            lastIds.forEach((id, last) -> {
                if (last >= request.getLatestUpdateTime()) {
                    answer.addContactSessionList(ContactSessionInfo.newBuilder()
                            .setSessionId(id)
                            .setSessionType(type(id))
                            .setSessionStatus(SessionStatusType.SESSION_STATUS_OK)
                            .setUpdatedTime(last)
                            .setLatestMsgId(last)
                            .setLatestMsgData(ByteString.EMPTY)
                            .setLatestMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                            .setLatestMsgFromUserId(BOB));
                }
            });
            return answer.build();
        }

        private static SessionType type(int id) {
            return id == GROUP ? SessionType.SESSION_TYPE_GROUP : SessionType.SESSION_TYPE_SINGLE;
        }

        private IMGetMsgListRsp page(IMGetMsgListReq request) {
            assertThat(request.getSessionType()).isEqualTo(type(request.getSessionId()));
            pages++;
            IMGetMsgListRsp.Builder answer = IMGetMsgListRsp.newBuilder()
                    .setUserId(request.getUserId())
                    .setSessionType(request.getSessionType())
                    .setSessionId(request.getSessionId())
                    .setMsgIdBegin(request.getMsgIdBegin());
            for (int id = request.getMsgIdBegin();
                    id > 0 && answer.getMsgListCount() < Math.min(request.getMsgCnt(), PAGE);
                    id--) {
                answer.addMsgList(MsgInfo.newBuilder()
                        .setMsgId(id)
                        .setFromSessionId(id % 2 == 0 ? BOB : ALICE.value())
                        .setCreateTime(id)
                        .setMsgType(
                                request.getSessionId() == GROUP
                                        ? MsgType.MSG_TYPE_GROUP_TEXT
                                        : MsgType.MSG_TYPE_SINGLE_TEXT)
                        .setMsgData(ByteString.EMPTY));
            }
            return answer.build();
        }

        @Override
        public CompletableFuture<Void> tell(IMMsgDataReadAck read) {
            throw new UnsupportedOperationException();
        }
    }

    private CompletableFuture<Void> findSince(int second) {
        return new DatabaseHistory(database)
                .since(
                        ALICE,
                        Instant.ofEpochSecond(second),
                        message -> found.add(
                                message.id() + " of " + message.content().from() + " in "
                                        + message.content().conversation()));
    }

    @Test
    void whatIsNewIsFoundInOrderAndNothingElse() {
        database.lastIds.put(BOB, 12);
        database.lastIds.put(5, 9);
        database.lastIds.put(GROUP, 10);
        assertThat(findSince(10)).isCompleted();
        assertThat(found)
                .containsExactly(
                        "10 of 2 in 1 and 2",
                        "11 of 1 in 1 and 2",
                        "12 of 2 in 1 and 2",
                        "10 of 2 in group 4294967289");
    }

    @Test
    void whatIsOnSeveralPagesIsFoundInOrder() {
        database.lastIds.put(BOB, 1000);
        assertThat(findSince(751)).isCompleted();
        assertThat(found).hasSize(250).startsWith("751 of 1 in 1 and 2").endsWith("1000 of 2 in 1 and 2");
        assertThat(database.pages).isEqualTo(3);
    }

    @Test
    void aConversationThatIsNewAsAWholeIsReadToItsBeginning() {
        database.lastIds.put(BOB, 2 * PAGE);
        assertThat(findSince(0)).isCompleted();
        assertThat(found).hasSize(2 * PAGE);
        assertThat(database.pages).isEqualTo(2);
    }

    @Test
    void ofVeryManyTheLatestAreFound() {
        database.lastIds.put(BOB, 10_000);
        database.lastIds.put(GROUP, 10_000);
        assertThat(findSince(1)).isCompleted();
        assertThat(found).hasSize(MAX_PAGES * PAGE).endsWith("10000 of 2 in 1 and 2");
        assertThat(database.pages).isEqualTo(MAX_PAGES);
    }

    @Test
    void withoutADatabaseItFails() {
        database.lost = true;
        assertThat(findSince(0)).isCompletedExceptionally();
    }
}
