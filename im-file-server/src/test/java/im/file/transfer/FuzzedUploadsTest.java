package im.file.transfer;

import static im.file.transfer.Wire.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import im.netlib.Block;
import im.netlib.Pdu;
import im.netlib.ProtocolViolation;
import im.testkit.fuzz.FuzzCases;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Uploaders who do anything, at any time, to a store that takes its time: what is kept is what was asked for and sent. */
class FuzzedUploadsTest {
    private static final int BLOCK = 100;
    private static final int PADDED = 32 << 10;
    private static final int MOST_ACTIONS = 100;
    private static final Duration RECORD_WAIT = Duration.ofSeconds(5);

    private static final class Upload {
        private final Random random;
        private final int size;
        private final int window;
        private final UploadBudget budget;
        private final ManualClock clock = new ManualClock();
        private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
        private final List<CompletableFuture<Void>> toRecord = new ArrayList<>();
        private final List<Pdu> sent = new ArrayList<>();
        private final RecordingPeer alice = new RecordingPeer(ALICE);
        private final ScriptedStore store;
        private final OfflineTransfer transfer;
        private final Participation uploader;
        private int over;
        private boolean gone;
        private boolean storeFailed;

        /** What has to be kept in the end, as far as it has come. */
        private final ByteArrayOutputStream wanted = new ByteArrayOutputStream();
        /** What the next block has to be; null when it is to be kept. */
        private byte[] known;

        private long askedUpTo;
        private int cameUpTo;

        Upload(Random random) {
            this.random = random;
            this.size = random.nextInt(8) == 0 ? random.nextInt(3) : random.nextInt(12 * BLOCK);
            this.window = List.of(1, BLOCK, 4 * BLOCK, 100 * BLOCK).get(random.nextInt(4));
            this.budget = new UploadBudget(random.nextInt(4) == 0 ? 0 : 1 << 20);
            byte[] there = random.nextInt(3) == 0 ? bytes(random.nextInt(size + 1)) : new byte[0];
            wanted.writeBytes(there);
            cameUpTo = there.length - Math.min(BLOCK, there.length);
            askedUpTo = cameUpTo;
            known = there.length == 0 ? null : Arrays.copyOfRange(there, cameUpTo, there.length);
            FileTask task = Wire.task(size);
            store = new ScriptedStore(task, there);
            transfer = new OfflineTransfer(
                    task,
                    new TransferLimits(BLOCK, window, 8, 0, Duration.ofSeconds(3), RECORD_WAIT),
                    store,
                    file -> {
                        toRecord.add(new CompletableFuture<>());
                        return toRecord.get(0);
                    },
                    budget,
                    clock,
                    Meters.unread(TransferMode.UPLOAD),
                    loop::add,
                    ended -> over++);
            uploader = transfer.join(TransferRole.UPLOADER, alice);
            uploader.onJoined();
        }

        private byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }

        void goes() {
            for (int i = 0; i < MOST_ACTIONS && !gone; i++) {
                switch (random.nextInt(20)) {
                    case 0 -> sends(random.nextInt(30) == 0 ? 1 : 0, aboutRightOffset(), aboutRightData());
                    case 1 -> somethingElse();
                    case 2, 3, 4, 5, 6 -> time();
                    default -> answers();
                }
                seen();
            }
            goesAway();
            while (store.step() || !loop.isEmpty()) {
                runLoop();
            }
            ended();
        }

        /** The store gets on. */
        private void time() {
            if (random.nextInt(60) == 0) {
                storeFailed = true;
                store.failure = random.nextBoolean() ? new IOException("no disk") : new WrongContent("not that file");
            }
            store.step();
            if (random.nextBoolean()) {
                runLoop();
            }
        }

        private void runLoop() {
            for (Runnable next = loop.poll(); next != null; next = loop.poll()) {
                next.run();
            }
        }

        private void answers() {
            Pull pull = alice.asked.peek();
            if (pull == null) {
                return;
            }
            if (known != null && random.nextInt(10) > 0) {
                sends(0, pull.offset(), known);
            } else {
                byte[] data = bytes(pull.length());
                sends(0, pull.offset(), random.nextInt(10) == 0 ? Arrays.copyOf(data, PADDED) : data);
            }
        }

        private long aboutRightOffset() {
            return switch (random.nextInt(4)) {
                case 0 -> random.nextInt(size + 1);
                case 1 -> Math.max(0, cameUpTo + random.nextInt(3) - 1);
                default -> cameUpTo;
            };
        }

        private byte[] aboutRightData() {
            int rest = Math.min(BLOCK, size - cameUpTo);
            byte[] data = bytes(Math.max(0, rest + (random.nextBoolean() ? 0 : random.nextInt(5) - 2)));
            if (random.nextInt(5) == 0) {
                data = Arrays.copyOf(data, PADDED + random.nextInt(3) - 1);
                data[data.length - 1 - random.nextInt(BLOCK)] = (byte) random.nextInt(2);
            }
            return data;
        }

        private static boolean isPadded(byte[] data, int length) {
            return data.length == PADDED
                    && Arrays.equals(data, length, data.length, new byte[PADDED - length], 0, PADDED - length);
        }

        /** A block, and whether it was taken as the rules say. */
        private void sends(int result, long offset, byte[] data) {
            boolean running = transfer.phase() == Phase.RUNNING;
            Pull pull = alice.asked.peek();
            boolean allowed = pull != null
                    && pull.offset() == offset
                    && (result != 0 || data.length == pull.length() || isPadded(data, pull.length()));
            Pdu pdu = Wire.block(result, offset, data);
            sent.add(pdu);
            boolean taken = true;
            try {
                uploader.onBlock(pdu, Block.parse(pdu));
            } catch (ProtocolViolation e) {
                taken = false;
            }
            if (!running) {
                assertThat(taken).as("what nobody looks at harms nobody").isTrue();
                return;
            }
            assertThat(taken)
                    .as("taken: result %d, %d bytes at %d, where %s was asked for", result, data.length, offset, pull)
                    .isEqualTo(allowed);
            if (!taken) {
                goesAway();
            } else if (result != 0) {
                assertThat(alice.finished).as("an unreadable file ends it").isTrue();
            } else {
                came(alice.asked.remove(), data);
            }
        }

        private void came(Pull pull, byte[] data) {
            byte[] block = Arrays.copyOf(data, pull.length());
            cameUpTo += pull.length();
            if (known == null) {
                wanted.writeBytes(block);
            } else {
                assertThat(alice.finished).as("ends when the file has changed").isEqualTo(!Arrays.equals(known, block));
                known = null;
            }
        }

        private void somethingElse() {
            switch (random.nextInt(8)) {
                case 0 -> goesAway();
                case 1 -> transfer.expire();
                case 2 -> Wire.state(uploader, FileState.CANCEL, ALICE);
                case 3 -> Wire.state(uploader, FileState.REFUSE, ALICE);
                case 4 -> clock.advance(RECORD_WAIT);
                case 5, 6 -> Wire.state(uploader, random.nextBoolean() ? FileState.DONE : FileState.PEER_READY, ALICE);
                default ->
                    toRecord.forEach(each -> {
                        if (random.nextInt(4) == 0) {
                            each.completeExceptionally(new IOException("no database"));
                        } else {
                            each.complete(null);
                        }
                    });
            }
        }

        private void goesAway() {
            if (!gone) {
                gone = true;
                alice.tookEverything = random.nextBoolean();
                uploader.onGone();
            }
        }

        /** What holds at any time. */
        private void seen() {
            for (Pull pull : alice.asked) {
                if (pull.offset() >= askedUpTo) {
                    assertThat(pull.offset()).as("asks in order").isEqualTo(askedUpTo);
                    assertThat(pull.length()).isEqualTo(Math.min(BLOCK, size - (int) askedUpTo));
                    askedUpTo += pull.length();
                }
            }
            assertThat(budget.taken()).isBetween(0L, (long) Math.max(window, BLOCK));
        }

        private void ended() {
            byte[] kept = store.kept.toByteArray();
            byte[] all = wanted.toByteArray();
            assertThat(kept).as("kept").isEqualTo(Arrays.copyOf(all, kept.length));
            if (store.isCommitted) {
                assertThat(kept).as("the whole file").hasSize(size);
            } else if (store.ends.contains("suspended") && !storeFailed) {
                assertThat(kept).as("what has come can be gone on with").hasSize(all.length);
            }
            if (alice.heard.contains("DONE of " + ALICE)) {
                assertThat(store.isCommitted).as("done").isTrue();
                assertThat(toRecord.get(0)).as("recorded").isCompleted();
            }
            assertThat(store.ends)
                    .as("how the store hears of the end of %s", alice.heard)
                    .hasSize(store.hasBegun ? 1 : 0);
            assertThat(over).isOne();
            assertThat(budget.taken()).isZero();
            assertThat(clock.isIdle()).as("no timer is left").isTrue();
            assertThat(sent).allMatch(pdu -> pdu.body().refCnt() == 1);
            assertThat(store.lent).allMatch(buffer -> buffer.refCnt() == 0);
        }
    }

    @Test
    void whatIsKeptIsWhatWasAskedForAndSentAndWhoSendsAnythingElseIsThrownOut() {
        FuzzCases.run(3_000, (random, number) -> new Upload(random).goes());
    }
}
