package im.msg.domain;

import static im.msg.domain.ClientKind.ANDROID;
import static im.msg.domain.ClientKind.WINDOWS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnacknowledgedTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);
    private static final Duration KEEP_FOR = Duration.ofMinutes(10);
    private static final int MAX_PER_CLIENT = 3;

    private final PushedTimer timer = new PushedTimer();
    private final Unacknowledged unacknowledged = withRoomFor(1 << 20);

    private Unacknowledged withRoomFor(long bytes) {
        return new Unacknowledged(new Unacknowledged.Limits(MAX_PER_CLIENT, bytes, KEEP_FOR), timer);
    }

    private static Message message(UserId from, int to, MessageType type, int id) {
        return new Message(new NewMessage(from, to, type, new byte[1000]), id, 1);
    }

    private static Message fromAlice(int id) {
        return message(ALICE, 2, MessageType.SINGLE_TEXT, id);
    }

    @Test
    void whatWasSentIsKeptPerKindOfClientInItsOrder() {
        Message first = fromAlice(1);
        Message second = fromAlice(2);
        unacknowledged.sent(BOB, WINDOWS, second);
        unacknowledged.sent(BOB, WINDOWS, first);
        unacknowledged.sent(BOB, WINDOWS, second);
        unacknowledged.sent(BOB, ANDROID, first);
        assertThat(unacknowledged.of(BOB, WINDOWS)).containsExactly(second, first);
        assertThat(unacknowledged.of(BOB, ANDROID)).containsExactly(first);
        assertThat(unacknowledged.of(ALICE, WINDOWS)).isEmpty();
    }

    @Test
    void anAcknowledgementIsOfOneMessageOfOneConversation() {
        Message fromAlice = fromAlice(7);
        Message toGroup = message(ALICE, 1, MessageType.GROUP_TEXT, 7);
        Message fromCarol = message(new UserId(3), 2, MessageType.SINGLE_TEXT, 7);
        for (Message message : new Message[] {fromAlice, toGroup, fromCarol}) {
            unacknowledged.sent(BOB, WINDOWS, message);
        }
        unacknowledged.acknowledged(BOB, WINDOWS, false, 1, 8);
        unacknowledged.acknowledged(BOB, ANDROID, false, 1, 7);
        assertThat(unacknowledged.of(BOB, WINDOWS)).hasSize(3);
        unacknowledged.acknowledged(BOB, WINDOWS, false, 1, 7);
        assertThat(unacknowledged.of(BOB, WINDOWS)).containsExactly(toGroup, fromCarol);
        unacknowledged.acknowledged(BOB, WINDOWS, true, 1, 7);
        assertThat(unacknowledged.of(BOB, WINDOWS)).containsExactly(fromCarol);
    }

    @Test
    void anOwnMessageFromAnotherClientMayBeAcknowledgedAsOnesOwn() {
        Message own = fromAlice(7);
        Message fromBob = message(BOB, 1, MessageType.SINGLE_TEXT, 7);
        unacknowledged.sent(ALICE, ANDROID, own);
        unacknowledged.acknowledged(ALICE, ANDROID, false, 1, 7);
        assertThat(unacknowledged.of(ALICE, ANDROID)).isEmpty();

        unacknowledged.sent(ALICE, ANDROID, fromBob);
        unacknowledged.acknowledged(ALICE, ANDROID, false, 1, 7);
        assertThat(unacknowledged.of(ALICE, ANDROID)).containsExactly(fromBob);
    }

    @Test
    void theOldestOfAClientGivesWay() {
        for (int id = 1; id <= MAX_PER_CLIENT + 1; id++) {
            unacknowledged.sent(BOB, WINDOWS, fromAlice(id));
        }
        unacknowledged.sent(BOB, ANDROID, fromAlice(1));
        assertThat(unacknowledged.of(BOB, WINDOWS)).extracting(Message::id).containsExactly(2, 3, 4);
        assertThat(unacknowledged.of(BOB, ANDROID)).hasSize(1);
    }

    @Test
    void theOldestOfAllGivesWay() {
        Unacknowledged small = withRoomFor(3000);
        small.sent(BOB, WINDOWS, fromAlice(1));
        small.sent(BOB, ANDROID, fromAlice(1));
        small.sent(ALICE, ANDROID, fromAlice(1));
        assertThat(small.of(BOB, WINDOWS)).isEmpty();
        assertThat(small.of(BOB, ANDROID)).hasSize(1);
        assertThat(small.of(ALICE, ANDROID)).hasSize(1);

        small.acknowledged(BOB, ANDROID, false, 1, 1);
        small.sent(BOB, WINDOWS, fromAlice(2));
        assertThat(small.of(ALICE, ANDROID)).hasSize(1);
        assertThat(small.of(BOB, WINDOWS)).hasSize(1);
    }

    @Test
    void whatIsOldIsForgotten() {
        unacknowledged.sent(BOB, WINDOWS, fromAlice(1));
        timer.push(KEEP_FOR.dividedBy(2));
        unacknowledged.sent(BOB, WINDOWS, fromAlice(2));
        timer.push(KEEP_FOR.dividedBy(2));
        assertThat(unacknowledged.of(BOB, WINDOWS)).extracting(Message::id).containsExactly(2);
    }
}
