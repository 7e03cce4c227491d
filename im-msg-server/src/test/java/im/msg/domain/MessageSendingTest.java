package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.HashCode;
import im.msg.domain.MessageSending.Sign;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MessageSendingTest {
    private static final UserId ALICE = new UserId(1);
    private static final NewMessage HELLO = new NewMessage(ALICE, 2, MessageType.SINGLE_TEXT, new byte[5]);
    private static final Sign SIGN = new Sign.Numbered(7, 21, HashCode.fromInt(1));
    private static final int MAX_REMEMBERED = 100_000;

    private record Asked(MessageName name, CompletableFuture<Messages.Stored> answer) {
        void isStoredAs(int id) {
            answer.complete(new Messages.Stored(id, 1, List.of()));
        }
    }

    private final List<Asked> asked = new ArrayList<>();
    private final List<String> afterStoring = new ArrayList<>();
    private final PushedTimer timer = new PushedTimer();
    private final OnlineUsers online = new OnlineUsers();
    private final RecordedRoute route = new RecordedRoute();
    private final RecordedClient sender = new RecordedClient(1, ClientKind.WINDOWS);
    private final RecordedClient receiver = new RecordedClient(2, ClientKind.WINDOWS);
    private final MessageSending sending = new MessageSending(
            (message, name) -> {
                asked.add(new Asked(name, new CompletableFuture<>()));
                return asked.get(asked.size() - 1).answer();
            },
            new MessageDelivery(
                    online,
                    new Outbox(route, 9),
                    new Unacknowledged(new Unacknowledged.Limits(9, 1 << 20, Duration.ofMinutes(1)), timer)),
            (message, receivers) -> afterStoring.add(message.id() + " for " + receivers),
            MAX_REMEMBERED,
            timer);

    MessageSendingTest() {
        online.add(sender);
        online.add(receiver);
    }

    private CompletableFuture<Messages.Stored> send(Sign sign) {
        return sending.send(HELLO, sign, Optional.of(sender));
    }

    @Test
    void nobodyIsToldBeforeItIsStored() {
        CompletableFuture<Messages.Stored> answer = send(SIGN);
        assertThat(answer).isNotDone();
        assertThat(receiver.told).isEmpty();

        asked.get(0).isStoredAs(7);

        assertThat(answer.join().id()).isEqualTo(7);
        assertThat(receiver.told).containsExactly("message 7 in 1 and 2");
        assertThat(route.told).containsExactly("message 7 for [1, 2]");
        assertThat(afterStoring).containsExactly("7 for [1, 2]");
        assertThat(sender.told).isEmpty();
    }

    @Test
    void aRepetitionWithinAMinuteIsAnsweredFromMemory() {
        send(SIGN);
        asked.get(0).isStoredAs(7);
        timer.push(Duration.ofSeconds(59));
        assertThat(send(SIGN).join().id()).isEqualTo(7);
        assertThat(asked).hasSize(1);
        assertThat(receiver.told).hasSize(1);
        assertThat(afterStoring).hasSize(1);
    }

    @Test
    void aRepetitionAfterAMinuteIsAnotherMessage() {
        send(SIGN);
        asked.get(0).isStoredAs(7);
        timer.push(Duration.ofSeconds(60));
        assertThat(send(SIGN)).isNotDone();
        assertThat(asked.get(1).name()).isNotEqualTo(asked.get(0).name());
    }

    @Test
    void aNamedMessageHasItsNameAfterAMinuteToo() {
        Sign named = new Sign.Named(ALICE, HELLO.conversation(), MessageName.of(new byte[8]));
        send(named);
        asked.get(0).isStoredAs(7);
        timer.push(Duration.ofDays(1));
        send(named);
        assertThat(asked).extracting(Asked::name).containsOnly(MessageName.of(new byte[8]));
    }

    @Test
    void theSameNameForSomebodyElseIsAnotherMessageWhichTheDatabaseMayRefuse() {
        NewMessage forCarol = new NewMessage(ALICE, 3, MessageType.SINGLE_TEXT, new byte[5]);
        MessageName name = MessageName.of(new byte[8]);
        send(new Sign.Named(ALICE, HELLO.conversation(), name));
        asked.get(0).isStoredAs(7);

        CompletableFuture<Messages.Stored> answer =
                sending.send(forCarol, new Sign.Named(ALICE, forCarol.conversation(), name), Optional.of(sender));

        assertThat(answer).isNotDone();
        assertThat(asked).hasSize(2);
    }

    @Test
    void whatFailedIsTriedAgainUnderItsName() {
        CompletableFuture<Messages.Stored> first = send(SIGN);
        CompletableFuture<Messages.Stored> joined = send(SIGN);
        asked.get(0).answer().completeExceptionally(new IllegalStateException("away"));
        assertThat(first).isCompletedExceptionally();
        assertThat(joined).isCompletedExceptionally();

        CompletableFuture<Messages.Stored> second = send(SIGN);
        assertThat(asked.get(1).name()).isEqualTo(asked.get(0).name());
        asked.get(1).isStoredAs(7);

        assertThat(second.join().id()).isEqualTo(7);
        assertThat(receiver.told).hasSize(1);
    }
}
