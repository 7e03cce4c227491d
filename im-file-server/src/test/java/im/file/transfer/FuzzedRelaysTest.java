package im.file.transfer;

import static im.file.transfer.Wire.ALICE;
import static im.file.transfer.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import im.testkit.fuzz.FuzzCases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Relays with receivers and senders who do anything: what the receiver is given is what he asked for, as the sender has it. */
class FuzzedRelaysTest {
    private static final int BLOCK = 100;
    private static final int PADDED = 32 << 10;
    private static final int MAX_PULLS = 4;
    private static final int MOST_ACTIONS = 150;
    private static final int UNREADABLE = 7;
    private static final Duration GRACE = Duration.ofSeconds(3);

    private enum Style {
        ONE_AT_A_TIME,
        SEVERAL,
        ANYWHERE
    }

    private static final class Relay {
        private final Random random;
        private final int size;
        private final byte[] content;
        private final Style style;
        /** Nobody breaks a rule or ends it early, so every pull has to be answered. */
        private final boolean wellBehaved;

        private final UploadBudget budget;
        private final ManualClock clock = new ManualClock();
        private final RecordingPeer alice = new RecordingPeer(ALICE);
        private final RecordingPeer bob = new RecordingPeer(BOB);
        private final OnlineTransfer transfer;
        private final List<Pull> open = new ArrayList<>();
        private final List<Pdu> sent = new ArrayList<>();
        private Participation sender;
        private Participation receiver;
        private boolean senderGone;
        private boolean receiverGone;
        private int over;
        private int seq;
        private long next;

        Relay(Random random) {
            this.random = random;
            this.size = random.nextInt(8) == 0 ? random.nextInt(3) : random.nextInt(15 * BLOCK);
            this.content = new byte[size];
            random.nextBytes(content);
            bob.saysDone = random.nextBoolean();
            this.style = Style.values()[random.nextInt(Style.values().length)];
            this.wellBehaved = random.nextInt(3) == 0;
            this.budget = new UploadBudget(random.nextInt(4) == 0 ? 0 : 1 << 20);
            this.transfer = new OnlineTransfer(
                    Wire.task(size),
                    new TransferLimits(
                            PADDED,
                            PADDED,
                            MAX_PULLS,
                            List.of(0, 1, 3 * BLOCK, 1 << 20).get(random.nextInt(4)),
                            GRACE,
                            GRACE),
                    budget,
                    clock,
                    Meters.unread(TransferMode.ONLINE),
                    ended -> over++);
        }

        void goes() {
            for (int i = 0; i < MOST_ACTIONS; i++) {
                if (sender == null && random.nextInt(6) == 0) {
                    sender = transfer.join(TransferRole.SENDER, alice);
                    sender.onJoined();
                }
                if (receiver == null && random.nextInt(6) == 0) {
                    receiver = transfer.join(TransferRole.RECEIVER, bob);
                    receiver.onJoined();
                }
                if (!wellBehaved && random.nextInt(40) == 0) {
                    somethingElse();
                } else if (random.nextBoolean()) {
                    pulls();
                } else {
                    answers();
                }
                seen();
            }
            if (wellBehaved) {
                completes();
            }
            if (sender != null && receiver != null && transfer.phase() == Phase.ENDED) {
                assertThat(over).as("both know that it has ended").isPositive();
            }
            if (senderGone && receiverGone) {
                assertThat(over).as("everybody has gone").isPositive();
            }
            transfer.expire();
            assertThat(budget.taken()).isZero();
            assertThat(clock.isIdle()).as("no timer is left").isTrue();
            assertThat(sent).allMatch(pdu -> pdu.body().refCnt() == 1);
            if (bob.saysDone) {
                assertThat(alice.heard).as("not by himself").doesNotContain("DONE of " + BOB);
            }
            for (RecordingPeer each : List.of(alice, bob)) {
                boolean here = each == alice ? sender != null && !senderGone : receiver != null && !receiverGone;
                assertThat(each.finished || !here).as("nobody is left alone").isTrue();
            }
        }

        private void completes() {
            while (sender != null && receiver != null && !alice.asked.isEmpty()) {
                sends(0, alice.asked.peek().offset(), false);
                seen();
            }
            if (sender != null && receiver != null) {
                assertThat(open).as("pulls without an answer").isEmpty();
            }
        }

        /** As many as a receiver of this kind has open. */
        private void pulls() {
            int room = style == Style.ONE_AT_A_TIME ? 1 : MAX_PULLS;
            if (open.size() < room) {
                pullsOnce();
            }
        }

        private void pullsOnce() {
            if (receiver == null || receiverGone) {
                return;
            }
            boolean odd = style == Style.ANYWHERE || random.nextInt(30) == 0;
            long offset = odd ? random.nextInt(size + 2) : next;
            int length = odd ? oddLength() : BLOCK;
            Pull pull = new Pull(offset, length, seq++ & 0xffff);
            boolean sound =
                    length > 0 && length <= Block.MAX_DATA_LENGTH && (offset < size || size == 0 && offset == 0);
            try {
                Wire.pull(receiver, offset, length, pull.seq());
            } catch (ProtocolViolation e) {
                assertThat(open.size()).as("pulls that wait").isGreaterThanOrEqualTo(MAX_PULLS);
                receiverLeaves();
                return;
            }
            assertThat(open.size()).as("pulls that wait").isLessThan(2 * MAX_PULLS);
            if (!sound) {
                RecordingPeer.Given last = bob.given.pollLast();
                assertThat(last).as("the refusal of %s", pull).isNotNull();
                assertThat(last.seq()).isEqualTo(pull.seq());
                assertThat(last.resultCode()).as("%s", pull).isEqualTo(RecordingPeer.REFUSED);
            } else if (transfer.phase() != Phase.ENDED) {
                open.add(pull);
                next = Math.min(offset + length, size);
            }
        }

        private int oddLength() {
            return switch (random.nextInt(8)) {
                case 0 -> 0;
                case 1 -> Block.MAX_DATA_LENGTH + random.nextInt(2);
                case 2 -> Integer.MAX_VALUE;
                default -> 1 + random.nextInt(2 * BLOCK);
            };
        }

        private void answers() {
            if (sender == null || senderGone || alice.asked.isEmpty()) {
                return;
            }
            if (!wellBehaved && random.nextInt(25) == 0) {
                sends(random.nextInt(4) == 0 ? UNREADABLE : 0, random.nextInt(size + 2), true);
                return;
            }
            List<Pull> asked = List.copyOf(alice.asked);
            Pull any = asked.get(random.nextInt(5) == 0 ? random.nextInt(asked.size()) : 0);
            sends(!wellBehaved && random.nextInt(20) == 0 ? UNREADABLE : 0, any.offset(), random.nextInt(30) == 0);
        }

        /** @param odd whether it may have the wrong length, where that is allowed */
        private void sends(int result, long offset, boolean odd) {
            boolean over = transfer.phase() == Phase.ENDED;
            Optional<Pull> pull =
                    alice.asked.stream().filter(each -> each.offset() == offset).findFirst();
            int wanted = pull.map(each -> (int) Math.min(each.length(), size - offset))
                    .orElse(0);
            int from = (int) Math.min(offset, size);
            byte[] data = Arrays.copyOfRange(content, from, Math.min(from + wanted, size));
            boolean right = true;
            if (random.nextInt(10) == 0 && wanted <= PADDED) {
                data = Arrays.copyOf(data, PADDED);
            } else if (odd && !wellBehaved) {
                data = Arrays.copyOf(data, Math.max(0, wanted + random.nextInt(5) - 2));
                right = data.length == wanted;
            }
            if (odd && !wellBehaved && data.length > wanted) {
                data[data.length - 1] = 1;
                right = false;
            }
            Pdu pdu = Wire.block(result, offset, data);
            sent.add(pdu);
            boolean taken = true;
            try {
                sender.onBlock(pdu, Block.parse(pdu));
            } catch (ProtocolViolation e) {
                taken = false;
            }
            if (!over) {
                assertThat(taken)
                        .as(
                                "taken: result %d, %d bytes at %d, where %s was asked for",
                                result, data.length, offset, pull)
                        .isEqualTo(pull.isPresent() && (result != 0 || right));
            }
            if (taken) {
                pull.ifPresent(alice.asked::remove);
            } else {
                senderLeaves();
            }
        }

        private void somethingElse() {
            Participation one = random.nextBoolean() ? sender : receiver;
            boolean here = one != null && !(one == sender ? senderGone : receiverGone);
            switch (random.nextInt(7)) {
                case 0 -> clock.advance(GRACE);
                case 6 -> {
                    for (int i = 0; i < 3 * MAX_PULLS; i++) {
                        pullsOnce();
                        seen();
                    }
                }
                case 1 -> {
                    if (here) {
                        one.onWritabilityChanged(random.nextBoolean());
                    }
                }
                case 2, 3 -> {
                    if (here) {
                        FileState said = FileState.values()[random.nextInt(FileState.values().length)];
                        Wire.state(one, said, one == sender ? ALICE : BOB);
                    }
                }
                case 4 -> senderLeaves();
                default -> receiverLeaves();
            }
        }

        private void senderLeaves() {
            if (sender != null && !senderGone) {
                senderGone = true;
                alice.asked.clear();
                sender.onGone();
            }
        }

        private void receiverLeaves() {
            if (receiver != null && !receiverGone) {
                receiverGone = true;
                bob.tookEverything = random.nextBoolean();
                receiver.onGone();
            }
        }

        /** Whatever the receiver was given answers a pull of his, with what the file has there. */
        private void seen() {
            for (RecordingPeer.Given given = bob.given.poll(); given != null; given = bob.given.poll()) {
                RecordingPeer.Given one = given;
                Pull pull = open.stream()
                        .filter(each -> each.seq() == one.seq())
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("nobody asked for " + one));
                open.remove(pull);
                assertThat(one.offset()).isEqualTo(pull.offset());
                if (one.resultCode() == 0) {
                    int from = (int) pull.offset();
                    assertThat(one.data()).as("%s", pull).isEqualTo(Arrays.copyOfRange(content, from, (int)
                            Math.min((long) from + pull.length(), size)));
                } else {
                    assertThat(one.resultCode()).isEqualTo(UNREADABLE);
                    assertThat(one.data()).isEmpty();
                }
            }
            for (Pull pull : alice.asked) {
                assertThat(pull.offset()).as("%s", pull).isBetween(0L, (long) size);
                assertThat(pull.length()).as("%s", pull).isBetween(1, Block.MAX_DATA_LENGTH);
            }
            assertThat(budget.taken()).isNotNegative();
        }
    }

    @Test
    void whatIsGivenIsWhatWasAskedForAndWhoSendsAnythingElseIsThrownOut() {
        FuzzCases.run(3_000, (random, number) -> new Relay(random).goes());
    }
}
