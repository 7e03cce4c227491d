package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int MAX_WAITING = 1000;
    private static final int MAX_BYTES = 8 << 20;

    private final RecordedRoute route = new RecordedRoute();
    private final Outbox outbox = new Outbox(route, MAX_WAITING);

    private static FileNotice notice(String name, boolean stored) {
        return new FileNotice(
                new UserId(1),
                new UserId(2),
                name,
                7,
                new TaskId(name),
                List.of(),
                TransferMode.OFFLINE,
                stored,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
    }

    private static Message message(int id, int size) {
        return new Message(new NewMessage(new UserId(1), 2, MessageType.SINGLE_TEXT, new byte[size]), id, 1);
    }

    @Test
    void whatWasStoredWhileOthersWereOutOfReachTheyAreToldAfterwardsInOrderAndOnce() {
        outbox.cutOff();
        outbox.send(notice("f", true));
        outbox.send(message(1, 5), List.of(new UserId(2)));
        outbox.send(message(2, 5), List.of(new UserId(2)));
        assertThat(route.told).isEmpty();
        outbox.inReach();
        outbox.inReach();
        outbox.send(message(3, 5), List.of(new UserId(2)));
        assertThat(route.told)
                .containsExactly("fan out f stored", "message 1 for [2]", "message 2 for [2]", "message 3 for [2]");
    }

    @Test
    void whatIsNotStoredIsNoNewsLater() {
        outbox.cutOff();
        outbox.send(notice("f", false));
        outbox.inReach();
        assertThat(route.told).isEmpty();
    }

    @Test
    void onlySoManyWait() {
        outbox.cutOff();
        for (int i = 0; i <= MAX_WAITING; i++) {
            outbox.send(notice("f" + i, true));
        }
        outbox.inReach();
        assertThat(route.told).hasSize(MAX_WAITING);
    }

    @Test
    void onlySoMuchWaitsAndThenThereIsRoomAgain() {
        int most = MAX_BYTES / NewMessage.MAX_DATA;
        for (int round = 0; round < 2; round++) {
            route.told.clear();
            outbox.cutOff();
            for (int i = 0; i < most + 3; i++) {
                outbox.send(message(i, NewMessage.MAX_DATA), List.of());
            }
            outbox.inReach();
            assertThat(route.told).hasSizeBetween(most - 2, most);
        }
    }
}
