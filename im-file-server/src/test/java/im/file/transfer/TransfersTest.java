package im.file.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransfersTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(30);

    private final ManualClock clock = new ManualClock();
    private final Transfers transfers = new Transfers(2, TIMEOUT, clock);

    private OnlineTransfer transfer() {
        FileTask task = new FileTask(TaskId.random(new SecureRandom()), 1, 2, "a", 10);
        return new OnlineTransfer(
                task,
                new TransferLimits(1024, 1024, 8, 0, Duration.ofSeconds(3), Duration.ofHours(1)),
                new UploadBudget(1024),
                clock,
                Meters.unread(TransferMode.ONLINE),
                transfers::remove);
    }

    @Test
    void expiresWhatNothingHappensTo() {
        OnlineTransfer silent = transfer();
        transfers.add(silent);
        clock.advance(TIMEOUT.minusSeconds(1));
        OnlineTransfer fresh = transfer();
        transfers.add(fresh);
        clock.advance(Duration.ofSeconds(1));
        transfers.tick();
        assertThat(transfers.find(silent.task().id())).isEmpty();
        assertThat(transfers.find(fresh.task().id())).contains(fresh);
    }

    @Test
    void keepsWhatSomebodyJustJoined() {
        OnlineTransfer joined = transfer();
        transfers.add(joined);
        clock.advance(TIMEOUT.minusSeconds(1));
        joined.join(TransferRole.SENDER, new RecordingPeer(1)).onJoined();
        clock.advance(Duration.ofSeconds(2));
        transfers.tick();
        assertThat(transfers.find(joined.task().id())).contains(joined);
    }

    @Test
    void countsWhatThereIsByModeAndPhase() {
        OnlineTransfer waiting = transfer();
        OnlineTransfer running = transfer();
        transfers.add(waiting);
        transfers.add(running);
        running.join(TransferRole.SENDER, new RecordingPeer(1)).onJoined();
        running.join(TransferRole.RECEIVER, new RecordingPeer(2)).onJoined();
        assertThat(transfers.census().count(TransferMode.ONLINE, Phase.WAITING))
                .as("not looked at yet")
                .isZero();

        transfers.tick();

        assertThat(transfers.census().count(TransferMode.ONLINE, Phase.WAITING)).isOne();
        assertThat(transfers.census().count(TransferMode.ONLINE, Phase.RUNNING)).isOne();
        assertThat(transfers.census().count(TransferMode.UPLOAD, Phase.WAITING)).isZero();

        transfers.remove(running);
        transfers.tick();
        assertThat(transfers.census().count(TransferMode.ONLINE, Phase.RUNNING)).isZero();
    }

    @Test
    void takesNoMoreThanItsLimit() {
        assertThat(transfers.add(transfer())).isTrue();
        assertThat(transfers.add(transfer())).isTrue();
        assertThat(transfers.add(transfer())).isFalse();
        assertThat(transfers.size()).isEqualTo(2);
    }
}
