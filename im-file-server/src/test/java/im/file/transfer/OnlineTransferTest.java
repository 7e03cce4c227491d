package im.file.transfer;

import static im.file.transfer.TransferRole.RECEIVER;
import static im.file.transfer.TransferRole.SENDER;
import static im.file.transfer.Wire.ALICE;
import static im.file.transfer.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineTransferTest {
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final int MAX_PULLS = 4;

    private final ManualClock clock = new ManualClock();
    private final Meters meters = new Meters();
    private final AtomicInteger over = new AtomicInteger();
    private final RecordingPeer alice = new RecordingPeer(ALICE);
    private final RecordingPeer bob = new RecordingPeer(BOB);
    private OnlineTransfer transfer = of(100);
    private Participation sender;
    private Participation receiver;

    private OnlineTransfer of(long size) {
        return new OnlineTransfer(
                Wire.task(size),
                new TransferLimits(32 << 10, 32 << 10, MAX_PULLS, 0, GRACE, GRACE),
                new UploadBudget(0),
                clock,
                meters.of(TransferMode.ONLINE),
                ended -> over.incrementAndGet());
    }

    private Participation join(TransferRole role, Peer peer) {
        Participation participation = transfer.join(role, peer);
        participation.onJoined();
        return participation;
    }

    private void bothJoin() {
        sender = join(SENDER, alice);
        receiver = join(RECEIVER, bob);
        bob.heard.clear();
    }

    @Test
    void tellsTheReceiverWhenTheSenderComesSecond() {
        join(RECEIVER, bob);
        assertThat(bob.heard).isEmpty();
        join(SENDER, alice);
        assertThat(bob.heard).containsExactly("PEER_READY of 1");
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void tellsTheReceiverWhatTheSenderCanDo() {
        alice.capabilities = 5;
        join(SENDER, alice);
        join(RECEIVER, bob);
        assertThat(bob.heard).containsExactly("PEER_READY of 1 who can 5");
    }

    @Test
    void tellsTheReceiverWhenItComesSecond() {
        join(SENDER, alice);
        join(RECEIVER, bob);
        assertThat(bob.heard).containsExactly("PEER_READY of 1");
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void itIsCountedByHowItEnded() {
        bothJoin();
        Wire.state(receiver, FileState.DONE, BOB);
        transfer = of(100);
        bothJoin();
        Wire.state(receiver, FileState.REFUSE, BOB);
        transfer = of(100);
        bothJoin();
        sender.onGone();
        receiver.onGone();
        transfer = of(100);
        transfer.expire();
        transfer = of(100);
        transfer.cannotTake(SENDER, "too old");

        assertThat(meters.started(TransferMode.ONLINE)).isEqualTo(3);
        assertThat(meters.ended(TransferMode.ONLINE)).isEqualTo(5);
        for (End end : List.of(End.DONE, End.REFUSED, End.VANISHED, End.EXPIRED, End.INCAPABLE)) {
            assertThat(meters.ended(TransferMode.ONLINE, end)).as("%s", end).isOne();
        }
    }

    @Test
    void oneBlockAtATimeIsTimed() {
        bothJoin();
        Wire.pull(receiver, 0, 10, 5);
        Wire.pull(receiver, 10, 10, 6);
        Wire.block(sender, 10, new byte[10]);
        assertThat(meters.timed(TransferMode.ONLINE)).as("the first is watched").isZero();

        Wire.block(sender, 0, new byte[10]);
        assertThat(meters.timed(TransferMode.ONLINE)).isOne();

        Wire.pull(receiver, 20, 10, 7);
        Wire.block(sender, 20, new byte[10]);
        assertThat(meters.timed(TransferMode.ONLINE)).isEqualTo(2);
    }

    @Test
    void itShowsHowFarItIs() {
        assertThat(transfer.phase()).isEqualTo(Phase.WAITING);
        bothJoin();
        assertThat(transfer.phase()).isEqualTo(Phase.RUNNING);
        Wire.pull(receiver, 0, 60, 5);
        Wire.block(sender, 0, new byte[60]);
        assertThat(transfer.bytesDone()).isEqualTo(60);
        Wire.pull(receiver, 60, 40, 6);
        Wire.block(sender, 60, new byte[40]);
        assertThat(transfer.phase()).isEqualTo(Phase.CONFIRMING);
        Wire.state(receiver, FileState.DONE, BOB);
        assertThat(transfer.phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void aRoleThatCannotBeTakenEndsTheTransferForWhoeverIsIn() {
        join(SENDER, alice);

        transfer.cannotTake(RECEIVER, "too old");

        assertThat(alice.heard).containsExactly("CANCEL of 2: too old", "finished");
        assertThat(transfer.admits(RECEIVER, BOB)).isFalse();
        assertThat(over.get()).isPositive();
    }

    @Test
    void aRoleThatCannotBeTakenEndsTheTransferForWhoeverComes() {
        transfer.cannotTake(SENDER, "too old");
        assertThat(over.get()).as("somebody has to be told yet").isZero();

        assertThat(transfer.admits(RECEIVER, BOB)).isTrue();
        join(RECEIVER, bob);

        assertThat(bob.heard).containsExactly("CANCEL of 1: too old", "finished");
        assertThat(over.get()).isPositive();
    }

    @Test
    void itIsOverWhenNeitherRoleCanBeTaken() {
        transfer.cannotTake(SENDER, "too old");
        transfer.cannotTake(RECEIVER, "too old");
        assertThat(over.get()).isPositive();
    }

    @Test
    void itIsOverWhenTheOneWhoIsToHearOfAnEndCannotComeIn() {
        join(SENDER, alice).onGone();
        transfer.cannotTake(RECEIVER, "too old");
        assertThat(over.get()).isPositive();
        assertThat(transfer.admits(RECEIVER, BOB)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsOverWhenBothHaveLeftAfterTheLastByte(boolean saysDone) {
        bob.saysDone = saysDone;
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        sender.onGone();
        receiver.onGone();
        assertThat(transfer.phase()).isEqualTo(Phase.ENDED);
        assertThat(over.get()).isPositive();
    }

    @Test
    void aRoleIsTakenOnce() {
        sender = join(SENDER, alice);
        assertThat(transfer.admits(SENDER, ALICE)).isFalse();

        sender.onGone();

        assertThat(transfer.admits(SENDER, ALICE)).isFalse();
        assertThat(transfer.admits(RECEIVER, BOB)).as("to hear that").isTrue();
    }

    @Test
    void holdsPullsUntilTheSenderIsIn() {
        receiver = join(RECEIVER, bob);
        Wire.pull(receiver, 0, 10, 5);
        Wire.pull(receiver, 10, 10, 6);
        join(SENDER, alice);
        assertThat(alice.relayed).extracting(pdu -> pdu.seq()).containsExactly(5, 6);
    }

    @Test
    void givesABlockTheSequenceNumberOfItsPullInAnyOrder() {
        bothJoin();
        Wire.pull(receiver, 0, 10, 5);
        Wire.pull(receiver, 10, 10, 6);
        Wire.block(sender, 10, new byte[10]);
        Wire.block(sender, 0, new byte[10]);
        assertThat(bob.heard).containsExactly("block seq 6", "block seq 5");
    }

    @Test
    void relaysTheReceiversDoneAndFinishesBoth() {
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        Wire.state(receiver, FileState.DONE, BOB);
        assertThat(alice.heard).last().isEqualTo("finished");
        assertThat(alice.relayed.get(alice.relayed.size() - 1).seq()).isEqualTo(77);
        assertThat(bob.finished).isTrue();
        assertThat(over.get()).isPositive();
    }

    @Test
    void endsByItselfWhenTheReceiverNeverSaysDone() {
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        assertThat(alice.finished).isFalse();
        clock.advance(GRACE);
        assertThat(alice.heard).endsWith("DONE of 2", "finished");
        assertThat(bob.heard).endsWith("DONE of 1", "finished");
    }

    @Test
    void aReceiverThatSaysDoneIsWaitedFor() {
        bob.saysDone = true;
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        clock.advance(GRACE.multipliedBy(10));
        assertThat(alice.finished).isFalse();
        Wire.state(receiver, FileState.DONE, BOB);
        assertThat(alice.heard).last().isEqualTo("finished");
        assertThat(alice.relayed).last().extracting(Pdu::seq).as("his word").isEqualTo(77);
    }

    @Test
    void aReceiverThatSaysDoneHasFailedIfItLeavesWithout() {
        bob.saysDone = true;
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        receiver.onGone();
        assertThat(alice.heard).endsWith("CANCEL of 2", "finished");
    }

    @Test
    void aReceiverThatSaysDoneAndNeverDoesCancelsTheTransferWhenItExpires() {
        bob.saysDone = true;
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        transfer.expire();
        assertThat(alice.heard).endsWith("CANCEL of 2", "finished");
        assertThat(bob.heard).endsWith("CANCEL of 1", "finished");
    }

    @Test
    void doesNotCallItDoneBeforeTheLastByteIsOnItsWay() {
        bothJoin();
        bob.flushes = false;
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        clock.advance(GRACE.multipliedBy(10));
        assertThat(alice.finished).isFalse();
        bob.whenFlushed.run();
        clock.advance(GRACE);
        assertThat(alice.heard).endsWith("DONE of 2", "finished");
    }

    @Test
    void aSenderThatLeavesAfterTheLastByteCancelsNothing() {
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        sender.onGone();
        assertThat(bob.heard).containsExactly("block seq 5");
        Wire.state(receiver, FileState.DONE, BOB);
        assertThat(bob.finished).isTrue();
        assertThat(over.get()).isPositive();
    }

    @Test
    void writesABlockAnewThatIsMuchLongerThanItsData() {
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.blockWithUnknownField(sender, 0, new byte[100], 5000);
        assertThat(bob.heard).containsExactly("block seq 5 cut to 100");
    }

    @Test
    void takesAReceiverThatLeavesAfterTheLastByteForDone() {
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        receiver.onGone();
        assertThat(alice.heard).endsWith("DONE of 2", "finished");
    }

    @Test
    void takesAReceiverThatLeavesWithBytesUnsentForVanished() {
        bothJoin();
        Wire.pull(receiver, 0, 100, 5);
        Wire.block(sender, 0, new byte[100]);
        bob.tookEverything = false;
        receiver.onGone();
        assertThat(alice.heard).endsWith("CANCEL of 2", "finished");
    }

    @Test
    void anEmptyFileIsDoneOnceBothAreIn() {
        transfer = of(0);
        bothJoin();
        clock.advance(GRACE);
        assertThat(alice.heard).endsWith("DONE of 2", "finished");
        assertThat(bob.heard).endsWith("DONE of 1", "finished");
    }

    @Test
    void aReceiverMayPullFromAnEmptyFile() {
        transfer = of(0);
        bothJoin();
        Wire.pull(receiver, 0, 10, 5);
        Wire.block(sender, 0, new byte[0]);
        assertThat(bob.heard).containsExactly("block seq 5");
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCEL", "REFUSE"})
    void relaysTheEndFromEitherSide(FileState how) {
        bothJoin();
        Wire.state(sender, how, ALICE);
        assertThat(bob.relayed).hasSize(1);
        assertThat(bob.finished && alice.finished).isTrue();

        transfer = of(100);
        bothJoin();
        Wire.state(receiver, how, BOB);
        assertThat(alice.finished && bob.finished).isTrue();
        assertThat(alice.relayed).hasSize(1);
    }

    @Test
    void whoComesAfterTheOtherRefusedHearsOfIt() {
        receiver = join(RECEIVER, bob);
        Wire.state(receiver, FileState.REFUSE, BOB);
        assertThat(bob.finished).isTrue();
        assertThat(over).hasValue(0);
        assertThat(transfer.admits(SENDER, ALICE)).isTrue();
        join(SENDER, alice);
        assertThat(alice.relayed).hasSize(1);
        assertThat(alice.heard).last().isEqualTo("finished");
        assertThat(over.get()).isPositive();
    }

    @Test
    void whoComesAfterTheOtherVanishedHearsOfIt() {
        join(SENDER, alice).onGone();
        join(RECEIVER, bob);
        assertThat(bob.heard).containsExactly("CANCEL of 1", "finished");
    }

    @Test
    void aVanishedPeerEndsTheTaskForTheOther() {
        bothJoin();
        sender.onGone();
        assertThat(bob.heard).containsExactly("CANCEL of 1", "finished");
        receiver.onGone();
        assertThat(over.get()).isPositive();
    }

    @Test
    void onlyTheTwoUsersGetInAndEachOnlyOnce() {
        assertThat(transfer.admits(SENDER, BOB)).isFalse();
        assertThat(transfer.admits(RECEIVER, ALICE)).isFalse();
        assertThat(transfer.admits(SENDER, 3)).isFalse();
        assertThat(transfer.admits(TransferRole.UPLOADER, ALICE)).isFalse();
        assertThat(transfer.admits(TransferRole.DOWNLOADER, BOB)).isFalse();
        bothJoin();
        assertThat(transfer.admits(SENDER, ALICE)).isFalse();
        assertThat(transfer.admits(RECEIVER, BOB)).isFalse();
    }

    @Test
    void refusesABlockThatIsShorterThanAsked() {
        bothJoin();
        Wire.pull(receiver, 0, 50, 5);
        assertThatThrownBy(() -> Wire.block(sender, 0, new byte[49]))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("49 bytes at 0 where 50");
    }

    @Test
    void refusesABlockThatIsLongerThanAsked() {
        bothJoin();
        Wire.pull(receiver, 0, 50, 5);
        assertThatThrownBy(() -> Wire.block(sender, 0, new byte[51])).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void cutsTheZeroPaddingOfAClientThatAlwaysSends32KiB() {
        bothJoin();
        Wire.pull(receiver, 60, 32 << 10, 5);
        byte[] padded = new byte[32 << 10];
        Arrays.fill(padded, 0, 40, (byte) 7);
        Wire.block(sender, 60, padded);
        assertThat(bob.heard).containsExactly("block seq 5 cut to 40");
    }

    @Test
    void doesNotTakeDataForPadding() {
        bothJoin();
        Wire.pull(receiver, 60, 32 << 10, 5);
        byte[] longer = new byte[32 << 10];
        longer[40] = 1;
        assertThatThrownBy(() -> Wire.block(sender, 60, longer)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void passesOnThatTheSenderCouldNotReadItsFile() {
        bothJoin();
        Wire.pull(receiver, 0, 50, 5);
        Wire.block(sender, 1, 0, new byte[3]);
        assertThat(bob.heard).containsExactly("block seq 5 cut to 0");
        assertThat(bob.finished).isFalse();
    }

    @Test
    void refusesABlockThatNobodyAskedFor() {
        bothJoin();
        Wire.pull(receiver, 0, 50, 5);
        assertThatThrownBy(() -> Wire.block(sender, 50, new byte[50])).isInstanceOf(ProtocolViolation.class);
        Wire.block(sender, 0, new byte[50]);
        assertThatThrownBy(() -> Wire.block(sender, 0, new byte[50])).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void refusesPullsThatCannotBeMetAndGoesOn() {
        bothJoin();
        Wire.pull(receiver, 100, 10, 5);
        Wire.pull(receiver, 0, 0, 6);
        Wire.pull(receiver, 0, 256 * 1024 + 1, 7);
        assertThat(bob.heard).containsExactly("refused 100+10 seq 5", "refused 0+0 seq 6", "refused 0+262145 seq 7");
        assertThat(alice.relayed).isEmpty();
        assertThat(bob.finished).isFalse();
    }

    @Test
    void boundsThePullsInFlight() {
        bothJoin();
        for (int i = 0; i < MAX_PULLS; i++) {
            Wire.pull(receiver, i, 1, i);
        }
        assertThatThrownBy(() -> Wire.pull(receiver, 50, 1, 9)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void aSlowReceiverStopsTheSenderFromBeingRead() {
        bothJoin();
        receiver.onWritabilityChanged(false);
        assertThat(alice.reading).isFalse();
        receiver.onWritabilityChanged(true);
        assertThat(alice.reading).isTrue();
    }

    @Test
    void expiresForWhoeverWaits() {
        join(SENDER, alice);
        transfer.expire();
        assertThat(alice.heard).containsExactly("CANCEL of 2", "finished");
        assertThat(over.get()).isPositive();
    }
}
