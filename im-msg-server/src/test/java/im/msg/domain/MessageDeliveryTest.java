package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MessageDeliveryTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);
    private static final String TOLD = "message 7 in 1 and 2";
    private static final Message HELLO =
            new Message(new NewMessage(ALICE, 2, MessageType.SINGLE_TEXT, new byte[5]), 7, 1);

    private final OnlineUsers online = new OnlineUsers();
    private final MessageDelivery delivery = new MessageDelivery(
            online,
            new Outbox(new RecordedRoute(), 9),
            new Unacknowledged(new Unacknowledged.Limits(9, 1 << 20, Duration.ofMinutes(1)), new PushedTimer()));
    private final RecordedClient first = new RecordedClient(2, ClientKind.WINDOWS);
    private final RecordedClient second = new RecordedClient(2, ClientKind.WINDOWS);
    private final RecordedClient mobile = new RecordedClient(2, ClientKind.IOS);

    MessageDeliveryTest() {
        online.add(mobile);
        online.add(first);
    }

    @Test
    void everyClientIsToldOnceWhoeverIsWhom() {
        delivery.deliver(HELLO, List.of(BOB, BOB), Optional.of(mobile));
        assertThat(first.told).containsExactly(TOLD);
        assertThat(mobile.told).isEmpty();
    }

    @Test
    void whatADisplacedClientMissedItsSuccessorGets() {
        online.add(second);
        delivery.missed(first, HELLO);
        assertThat(second.told).containsExactly(TOLD);
        assertThat(mobile.told).isEmpty();
    }

    @Test
    void whatADisplacedClientDidNotAcknowledgeItsSuccessorGets() {
        delivery.sent(first, HELLO);
        online.add(second);
        delivery.ended(first);
        assertThat(second.told).containsExactly(TOLD);
        assertThat(first.told).isEmpty();
        assertThat(mobile.told).isEmpty();
    }

    @Test
    void whatAClientMissedWaitsForTheNext() {
        online.remove(first);
        delivery.missed(first, HELLO);
        assertThat(delivery.unacknowledgedBy(second)).containsExactly(HELLO);
        assertThat(delivery.unacknowledgedBy(mobile)).isEmpty();
        delivery.acknowledged(second, false, 1, 7);
        assertThat(delivery.unacknowledgedBy(second)).isEmpty();
    }
}
