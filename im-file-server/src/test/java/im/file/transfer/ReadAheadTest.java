package im.file.transfer;

import static im.file.transfer.TransferRole.RECEIVER;
import static im.file.transfer.TransferRole.SENDER;
import static im.file.transfer.Wire.ALICE;
import static im.file.transfer.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.netlib.ProtocolViolation;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A relay that reads ahead, with every way in which clients of the family pull and answer. */
class ReadAheadTest {
    private static final int BLOCK = 10;
    private static final int SIZE = 95;
    private static final int AHEAD = 3 * BLOCK;
    private static final int MAX_PULLS = 4;
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final byte[] content = new byte[200_000];
    private final ManualClock clock = new ManualClock();
    private final AtomicInteger over = new AtomicInteger();
    private final RecordingPeer alice = new RecordingPeer(ALICE);
    private final RecordingPeer bob = new RecordingPeer(BOB);
    private UploadBudget budget = new UploadBudget(1 << 20);
    private Participation sender;
    private Participation receiver;
    private OnlineTransfer transfer;

    ReadAheadTest() {
        new Random(1).nextBytes(content);
    }

    private void begin(long size, int ahead) {
        transfer = new OnlineTransfer(
                Wire.task(size),
                new TransferLimits(32 << 10, 32 << 10, MAX_PULLS, ahead, GRACE, GRACE),
                budget,
                clock,
                Meters.unread(TransferMode.ONLINE),
                ended -> over.incrementAndGet());
        sender = transfer.join(SENDER, alice);
        sender.onJoined();
        receiver = transfer.join(RECEIVER, bob);
        receiver.onJoined();
        alice.heard.clear();
        bob.heard.clear();
    }

    /** Two pulls in order, of which the second begins it. */
    private void beginAhead(long size, int ahead, int block) {
        begin(size, ahead);
        pull(0, block, 5);
        send(0, block);
        pull(block, block, 6);
        send(block, block);
        alice.heard.remove(0);
        alice.heard.remove(0);
        bob.heard.clear();
    }

    private void beginAhead() {
        beginAhead(SIZE, AHEAD, BLOCK);
        assertThat(alice.heard).containsExactly("ahead 20+10 seq 7");
    }

    private void pull(long offset, int length, int seq) {
        Wire.pull(receiver, offset, length, seq);
    }

    private void send(int offset, int length) {
        Wire.block(sender, offset, Arrays.copyOfRange(content, offset, offset + length));
    }

    private void assertAnswered(int from, int end) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        bob.answers.forEach(all::writeBytes);
        assertThat(all.toByteArray()).isEqualTo(Arrays.copyOfRange(content, from, end));
    }

    @AfterEach
    void givesEverythingBackInTheEnd() {
        transfer.expire();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void asksForTheNextBlockWhenTwoPullsHaveComeInOrder() {
        begin(SIZE, AHEAD);
        pull(0, BLOCK, 5);
        send(0, BLOCK);
        assertThat(alice.heard).hasSize(1);
        pull(BLOCK, BLOCK, 6);
        assertThat(alice.heard).as("one at a time").hasSize(2);
        send(BLOCK, BLOCK);
        assertThat(alice.heard).endsWith("ahead 20+10 seq 7");
        assertThat(bob.heard).as("these went through").containsExactly("block seq 5", "block seq 6");
    }

    @Test
    void answersAtOnceWhatWasReadAheadAndAsksForMore() {
        beginAhead();
        send(20, BLOCK);
        pull(20, BLOCK, 7);
        assertThat(bob.heard).containsExactly("answer 20+10 seq 7 of 1");
        assertAnswered(20, 30);
        assertThat(alice.heard).containsExactly("ahead 20+10 seq 7", "ahead 30+10 seq 8");
    }

    @Test
    void answersAPullThatCameWhileItsBlockWasOnItsWay() {
        beginAhead();
        pull(20, BLOCK, 7);
        assertThat(bob.heard).isEmpty();
        send(20, BLOCK);
        assertThat(bob.heard).containsExactly("answer 20+10 seq 7 of 1");
        assertThat(alice.heard).as("each byte once").containsExactly("ahead 20+10 seq 7", "ahead 30+10 seq 8");
    }

    @Test
    void keepsNoMoreThanItsBoundAndGoesOnWhenThereIsRoom() {
        beginAhead();
        send(20, BLOCK);
        send(30, BLOCK);
        send(40, BLOCK);
        assertThat(alice.heard).hasSize(3);
        assertThat(budget.taken()).isEqualTo(AHEAD);
        pull(20, BLOCK, 7);
        assertThat(alice.heard).hasSize(4).endsWith("ahead 50+10 seq 10");
        assertThat(budget.taken()).isEqualTo(AHEAD);
    }

    @Test
    void readsOneBlockAheadHoweverLargeItIs() {
        beginAhead(SIZE, 1, BLOCK);
        assertThat(alice.heard).containsExactly("ahead 20+10 seq 7");
        send(20, BLOCK);
        assertThat(alice.heard).hasSize(1);
    }

    @Test
    void asksForTheExactRestLastAndNeverPastTheEnd() {
        beginAhead();
        for (int at = 20; at < SIZE; at += BLOCK) {
            send(at, Math.min(BLOCK, SIZE - at));
            pull(at, BLOCK, 7);
        }
        assertThat(alice.heard).endsWith("ahead 80+10 seq 13", "ahead 90+5 seq 14");
        assertThat(bob.heard).endsWith("answer 90+5 seq 7 of 1");
        assertAnswered(20, SIZE);
        assertThat(budget.taken()).isZero();
        clock.advance(GRACE);
        assertThat(bob.heard).endsWith("DONE of 1", "finished");
    }

    @Test
    void aPullPastTheEndIsRefusedAndChangesNothing() {
        beginAhead();
        send(20, BLOCK);
        pull(SIZE, BLOCK, 7);
        assertThat(bob.heard).containsExactly("refused 95+10 seq 7");
        pull(20, BLOCK, 8);
        assertThat(bob.heard).endsWith("answer 20+10 seq 8 of 1");
    }

    @Test
    void cutsItsAnswersToWhatTheReceiverAsksForWhateverSizesThatHas() {
        beginAhead();
        int asked = 20;
        int at = 20;
        for (int length : new int[] {1, 3, 13, 2, 30, 7, 100}) {
            pull(at, length, 9);
            at = Math.min(SIZE, at + length);
            while (!alice.heard.isEmpty()) {
                String ahead = alice.heard.remove(0);
                String[] range = ahead.split(" ")[1].split("\\+");
                assertThat(Integer.parseInt(range[0]))
                        .as("each byte once, in order")
                        .isEqualTo(asked);
                asked += Integer.parseInt(range[1]);
                send(Integer.parseInt(range[0]), Integer.parseInt(range[1]));
            }
        }
        assertThat(bob.heard)
                .containsExactly(
                        "answer 20+1 seq 9 of 1",
                        "answer 21+3 seq 9 of 1",
                        "answer 24+13 seq 9 of 1",
                        "answer 37+2 seq 9 of 1",
                        "answer 39+30 seq 9 of 1",
                        "answer 69+7 seq 9 of 1",
                        "answer 76+19 seq 9 of 1");
        assertAnswered(20, SIZE);
    }

    @Test
    void aPullForMoreThanIsThereWaitsForTheRest() {
        beginAhead();
        send(20, BLOCK);
        pull(20, 35, 7);
        send(30, BLOCK);
        send(40, 15);
        assertThat(alice.heard)
                .containsExactly("ahead 20+10 seq 7", "ahead 30+10 seq 8", "ahead 40+15 seq 9", "ahead 55+35 seq 10");
        assertThat(bob.heard).containsExactly("answer 20+35 seq 7 of 1");
        assertAnswered(20, 55);
    }

    @Test
    void whatWasReadAheadIsDroppedWhenTheReceiverJumpsAndItsPullsGoThroughFromThenOn() {
        beginAhead();
        send(20, BLOCK);
        pull(0, BLOCK, 7);
        assertThat(alice.heard).as("nothing of ours may be between").endsWith("ahead 30+10 seq 8");
        send(30, BLOCK);
        assertThat(alice.heard.get(2)).startsWith("relayed 0x0504 seq 7");
        send(0, BLOCK);
        assertThat(bob.heard).containsExactly("block seq 7");
        pull(10, BLOCK, 8);
        send(10, BLOCK);
        pull(20, BLOCK, 9);
        send(20, BLOCK);
        assertThat(alice.heard).hasSize(5).noneMatch(heard -> heard.startsWith("ahead 40"));
        assertThat(bob.heard).endsWith("block seq 8", "block seq 9");
        assertThat(budget.taken()).isZero();
    }

    @Test
    void aPullThatIsRepeatedGoesThrough() {
        beginAhead();
        send(20, BLOCK);
        pull(20, BLOCK, 7);
        pull(20, BLOCK, 7);
        send(30, BLOCK);
        send(20, BLOCK);
        assertThat(bob.heard).containsExactly("answer 20+10 seq 7 of 1", "block seq 7");
    }

    @Test
    void aJumpWaitsForThePullsBeforeItSoThatAnswersKeepTheirOrder() {
        beginAhead();
        pull(20, BLOCK, 7);
        pull(70, BLOCK, 8);
        pull(80, BLOCK, 9);
        assertThat(alice.heard).containsExactly("ahead 20+10 seq 7");
        send(20, BLOCK);
        assertThat(bob.heard).containsExactly("answer 20+10 seq 7 of 1");
        assertThat(alice.relayed).extracting(pdu -> pdu.seq()).endsWith(8, 9);
        send(70, BLOCK);
        send(80, BLOCK);
        assertThat(bob.heard).endsWith("block seq 8", "block seq 9");
    }

    @Test
    void aReceiverThatPullsAheadItselfGetsWhatIsThereAndIsLeftAlone() {
        beginAhead();
        pull(20, BLOCK, 7);
        pull(30, BLOCK, 8);
        pull(40, BLOCK, 9);
        send(20, BLOCK);
        send(30, BLOCK);
        send(40, BLOCK);
        pull(50, BLOCK, 10);
        pull(60, BLOCK, 11);
        assertThat(alice.heard).hasSize(5);
        assertThat(alice.heard.subList(0, 3))
                .containsExactly("ahead 20+10 seq 7", "ahead 30+10 seq 8", "ahead 40+10 seq 9");
        assertThat(alice.relayed).extracting(pdu -> pdu.seq()).endsWith(10, 11);
        send(50, BLOCK);
        send(60, BLOCK);
        assertThat(bob.heard).endsWith("answer 40+10 seq 9 of 1", "block seq 10", "block seq 11");
        assertAnswered(20, 50);
    }

    @Test
    void doesNotBeginForAReceiverThatHasHadSeveralPullsOpen() {
        begin(SIZE, AHEAD);
        pull(0, BLOCK, 5);
        pull(10, BLOCK, 6);
        send(0, BLOCK);
        send(10, BLOCK);
        for (int at = 20; at < 60; at += BLOCK) {
            pull(at, BLOCK, 7);
            send(at, BLOCK);
        }
        assertThat(alice.heard).noneMatch(heard -> heard.startsWith("ahead"));
    }

    @Test
    void moreOpenPullsThanAllowedCostTheConnection() {
        beginAhead();
        for (int i = 0; i < MAX_PULLS; i++) {
            pull(20 + i, 1, i);
        }
        assertThatThrownBy(() -> pull(20 + MAX_PULLS, 1, 7)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void theReceiverHearsThatTheSenderCannotReadOnlyWhenItAsksForThat() {
        beginAhead();
        Wire.block(sender, 1, 20, new byte[0]);
        assertThat(bob.heard).isEmpty();
        pull(20, BLOCK, 7);
        assertThat(alice.heard.get(1)).startsWith("relayed 0x0504 seq 7");
        Wire.block(sender, 1, 20, new byte[0]);
        assertThat(bob.heard).containsExactly("block seq 7 cut to 0");
    }

    @Test
    void aReceiverThatWaitsHearsAtOnceThatTheSenderCannotRead() {
        beginAhead();
        pull(20, BLOCK, 7);
        Wire.block(sender, 1, 20, new byte[0]);
        assertThat(bob.heard).containsExactly("answer 20+0 seq 7 of 1 result 1");
        pull(20, BLOCK, 8);
        send(20, BLOCK);
        assertThat(bob.heard).endsWith("block seq 8");
    }

    @Test
    void aBlockThatIsShorterOrLongerThanAskedCostsTheSenderItsConnection() {
        beginAhead();
        assertThatThrownBy(() -> send(20, BLOCK - 1)).isInstanceOf(ProtocolViolation.class);
        assertThatThrownBy(() -> send(20, BLOCK + 1)).isInstanceOf(ProtocolViolation.class);
        assertThatThrownBy(() -> send(30, BLOCK)).as("not asked for").isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void cutsThePaddingOfASenderThatAlwaysAnswers32KiB() {
        beginAhead();
        byte[] padded = Arrays.copyOf(Arrays.copyOfRange(content, 20, 30), 32 << 10);
        Wire.block(sender, 20, padded);
        pull(20, BLOCK, 7);
        assertAnswered(20, 30);
    }

    @Test
    void aFrameThatIsMostlySomethingElseIsNotKept() {
        beginAhead();
        Wire.blockWithUnknownField(sender, 20, Arrays.copyOfRange(content, 20, 30), 100_000);
        pull(20, BLOCK, 7);
        assertAnswered(20, 30);
    }

    @Test
    void oldClientsWithBlocksOf1And32And34KiBGetEveryByte() {
        for (int block : List.of(1 << 10, 32 << 10, 34 << 10)) {
            alice.heard.clear();
            bob.answers.clear();
            beginAhead(content.length, 256 << 10, block);
            for (int at = 2 * block; at < content.length; at += block) {
                send(at, Math.min(block, content.length - at));
                pull(at, block, 9);
            }
            assertAnswered(2 * block, content.length);
            receiver.onGone();
            assertThat(budget.taken()).isZero();
        }
    }

    @Test
    void withoutRoomInTheBudgetPullsGoThroughUntilThereIsSome() {
        budget = new UploadBudget(BLOCK);
        budget.take(BLOCK);
        begin(SIZE, AHEAD);
        for (int at = 0; at < 40; at += BLOCK) {
            pull(at, BLOCK, 5 + at / BLOCK);
            send(at, BLOCK);
        }
        assertThat(alice.heard).hasSize(4).noneMatch(heard -> heard.startsWith("ahead"));
        budget.giveBack(BLOCK);
        pull(40, BLOCK, 9);
        send(40, BLOCK);
        assertThat(alice.heard).endsWith("ahead 50+10 seq 10");
    }

    @Test
    void aSenderThatLeavesWhenEverythingWasReadAheadIsNotNeededAnyMore() {
        beginAhead(4 * BLOCK, AHEAD, BLOCK);
        send(20, BLOCK);
        send(30, BLOCK);
        sender.onGone();
        pull(20, BLOCK, 7);
        pull(30, BLOCK, 8);
        assertAnswered(20, 40);
        Wire.state(receiver, FileState.DONE, BOB);
        assertThat(bob.heard).last().isEqualTo("finished");
        assertThat(over.get()).isPositive();
    }

    @Test
    void aSenderThatHasLeftCannotAnswerAReceiverThatJumps() {
        beginAhead(4 * BLOCK, AHEAD, BLOCK);
        send(20, BLOCK);
        send(30, BLOCK);
        sender.onGone();
        pull(0, BLOCK, 7);
        assertThat(bob.heard).containsExactly("CANCEL of 1", "finished");
    }

    @Test
    void aSenderThatVanishesBeforeThatEndsTheTransfer() {
        beginAhead();
        send(20, BLOCK);
        sender.onGone();
        assertThat(bob.heard).containsExactly("CANCEL of 1", "finished");
        assertThat(budget.taken()).isZero();
    }

    @Test
    void whoeverCancelsEndsItAndNothingIsKept() {
        beginAhead();
        send(20, BLOCK);
        Wire.state(receiver, FileState.CANCEL, BOB);
        assertThat(alice.heard).last().isEqualTo("finished");
        assertThat(budget.taken()).isZero();
        send(30, BLOCK);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void nothingIsReadAheadWhereThatIsTurnedOff() {
        begin(SIZE, 0);
        for (int at = 0; at < 50; at += BLOCK) {
            pull(at, BLOCK, at);
            send(at, BLOCK);
        }
        assertThat(alice.heard).hasSize(5).allMatch(heard -> heard.startsWith("relayed"));
    }
}
