package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ConnectionState;
import im.client.FileDetails;
import im.client.FileOffer;
import im.client.TransferMode;
import im.client.cli.Arrivals.Ended;
import im.client.cli.Arrivals.Missed;
import im.client.cli.Arrivals.Offered;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final Arrivals arrivals = new Arrivals();

    private void offer() {
        arrivals.onFileOffer(new FileOffer(
                2,
                1,
                "a.txt",
                3,
                "task",
                List.of(),
                TransferMode.OFFLINE,
                true,
                FileDetails.NONE,
                OptionalInt.empty()));
    }

    @Test
    void whatThereIsNoRoomForIsRememberedAsMissed() {
        for (int i = 0; i < 1005; i++) {
            offer();
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(arrivals.poll().orElseThrow()).isInstanceOf(Offered.class);
        }
        assertThat(arrivals.poll().orElseThrow()).isInstanceOf(Missed.class);
        offer();
        assertThat(arrivals.poll().orElseThrow()).isInstanceOf(Offered.class);
        assertThat(arrivals.poll()).isEmpty();
    }

    @Test
    void theEndIsNeverMissed() {
        for (int i = 0; i < 1005; i++) {
            offer();
        }
        arrivals.onConnectionState(ConnectionState.CLOSED);
        for (int i = 0; i < 1001; i++) {
            assertThat(arrivals.poll()).isPresent();
        }
        assertThat(arrivals.poll().orElseThrow()).isInstanceOf(Ended.class);
    }
}
