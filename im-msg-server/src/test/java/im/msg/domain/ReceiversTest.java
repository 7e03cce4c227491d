package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ReceiversTest {
    private static final int MAX_UNTOLD = 1000;

    private final OnlineUsers online = new OnlineUsers();
    private final RecordedRoute route = new RecordedRoute();
    private final Receivers receivers = new Receivers(online, route);

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

    @Test
    void othersAreToldOfFilesThatWereStoredWhileTheyWereOutOfReachAfterwardsAndOnce() {
        RecordedClient bob = new RecordedClient(2, ClientKind.WINDOWS);
        online.add(bob);
        receivers.cutOff();
        receivers.tell(notice("f", true));
        assertThat(bob.told).containsExactly("f stored OFFLINE");
        assertThat(route.told).isEmpty();
        receivers.inReach();
        receivers.inReach();
        receivers.tell(notice("g", true));
        assertThat(route.told).containsExactly("fan out f stored", "fan out g stored");
    }

    @Test
    void whatIsNotStoredIsNoNewsLater() {
        receivers.cutOff();
        receivers.tell(notice("f", false));
        receivers.inReach();
        assertThat(route.told).isEmpty();
    }

    @Test
    void onlySoMuchIsKept() {
        receivers.cutOff();
        for (int i = 0; i <= MAX_UNTOLD; i++) {
            receivers.tell(notice("f" + i, true));
        }
        receivers.inReach();
        assertThat(route.told).hasSize(MAX_UNTOLD);
    }
}
