package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import im.msg.FakeDbProxy.Mood;
import im.msg.domain.UserId;
import im.msg.wire.DatabaseRequest;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.ResultType;
import im.proto.file.IMFileDelOfflineReq;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of two db-proxies one is lost whenever it is asked. */
class LostDbProxyIT {
    /** Which one is asked for what belongs to no user is a matter of chance. */
    private static final int TIMES = 20;

    /** Carried out twice, they would do something else. */
    private static final Set<DatabaseRequest<?, ?>> NOT_TWICE =
            Set.of(DatabaseRequest.CREATE_GROUP, DatabaseRequest.REMOVE_SESSION);

    private static final String TASK = "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f";

    private FakeDbProxy vanishing;
    private FakeDbProxy other;
    private Stack stack;

    @BeforeEach
    void start() throws Exception {
        vanishing = new FakeDbProxy();
        other = new FakeDbProxy();
        stack = Stack.start(Map.of("db-proxies", vanishing.address() + "," + other.address()));
        Eventually.until("both db-proxies are ready", () -> stack.server.readyDbProxies() == 2);
        vanishing.mood = Mood.VANISHING;
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
        vanishing.close();
        other.close();
    }

    @ParameterizedTest
    @MethodSource("im.msg.DatabaseCommandsIT#requests")
    <Q extends Message, R extends Message> void whatMayBeRepeatedIsAskedOfTheOtherAndNothingElse(
            DatabaseRequest<Q, R> kind) throws Exception {
        vanishing.mood = Mood.WILLING;
        Client alice = stack.closing(Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_ANDROID));
        Q request = Samples.of(DatabaseCommandsIT.requestType(kind));
        R answer = Samples.of(kind.answerType());
        vanishing.answers.put(kind.answer().commandId(), answer);
        other.answers.put(kind.answer().commandId(), answer);
        alice.wire.send(kind.command(), 7, request);
        alice.expectFrame(kind.answer());
        // Which of them is asked depends on the user alone.
        FakeDbProxy asked = vanishing.asked.isEmpty() ? other : vanishing;
        FakeDbProxy spare = asked == other ? vanishing : other;
        asked.mood = Mood.VANISHING;

        alice.wire.send(kind.command(), 8, request);

        WireClient.Frame frame = alice.expectFrame(kind.answer());
        assertThat(frame.seq()).isEqualTo(8);
        if (NOT_TWICE.contains(kind)) {
            assertThat(frame.parse(kind.answer()))
                    .isEqualTo(kind.failure(new UserId(1), request).orElseThrow());
            assertThat(spare.asked).isEmpty();
        } else {
            assertThat(frame.parse(kind.answer())).isEqualTo(kind.withoutToken(answer));
            assertThat(spare.asked).hasSize(1);
        }
    }

    @Test
    void aLoginIsDecidedByTheOther() throws Exception {
        for (int i = 0; i < TIMES || vanishing.logins.isEmpty(); i++) {
            assertThat(stack.connect()
                            .login("alice", ClientType.CLIENT_TYPE_WINDOWS)
                            .getResultCode())
                    .isEqualTo(ResultType.REFUSE_REASON_NONE);
        }
    }

    @Test
    void aChangeIsMadeByTheOtherAtOnce() throws Exception {
        Client alice = stack.desktop("alice");
        for (int i = 0; i < TIMES || vanishing.asked.isEmpty(); i++) {
            alice.wire.send(
                    Commands.FILE_DEL_OFFLINE_REQ,
                    8,
                    IMFileDelOfflineReq.newBuilder()
                            .setFromUserId(2)
                            .setToUserId(1)
                            .setTaskId(TASK)
                            .build());
            assertThat(other.nextAsked(IMFileDelOfflineReq.class).getTaskId()).isEqualTo(TASK);
        }
    }

    @Test
    void whenBothAreLostThatIsAll() throws Exception {
        other.mood = Mood.VANISHING;
        assertThat(stack.connect()
                        .login("alice", ClientType.CLIENT_TYPE_WINDOWS)
                        .getResultCode())
                .isEqualTo(ResultType.REFUSE_REASON_NO_DB_SERVER);
    }
}
