package im.file.transfer;

import static im.file.transfer.Wire.ALICE;
import static im.file.transfer.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import im.netlib.Block;
import im.netlib.ProtocolViolation;
import im.testkit.fuzz.FuzzCases;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Receivers who ask for anything, at any time, of a store that takes its time: what they are given is what the file has there. */
class FuzzedDownloadsTest {
    private static final int MAX_PULLS = 4;
    private static final int MOST_ACTIONS = 60;

    private static final class Fetched implements StoredFile {
        private final Random random;
        private final byte[] content;
        private final List<ByteBuf> pieces = new ArrayList<>();
        private final ArrayDeque<Runnable> toDo = new ArrayDeque<>();
        private int closed;

        Fetched(Random random, byte[] content) {
            this.random = random;
            this.content = content;
        }

        @Override
        public CommittedFile about() {
            return new CommittedFile(
                    Wire.task(content.length), Hashing.sha256().hashBytes(content), Instant.EPOCH, Instant.MAX);
        }

        @Override
        public CompletableFuture<ReferenceCounted> piece(long offset, int length) {
            CompletableFuture<ReferenceCounted> piece = new CompletableFuture<>();
            Runnable read = () -> {
                int from = (int) offset;
                pieces.add(Unpooled.wrappedBuffer(Arrays.copyOfRange(content, from, from + length)));
                piece.complete(pieces.get(pieces.size() - 1));
            };
            if (random.nextBoolean()) {
                read.run();
            } else if (random.nextInt(40) == 0) {
                toDo.add(() -> piece.completeExceptionally(new IOException("no disk")));
            } else {
                toDo.add(read);
            }
            return piece;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static final class Reading {
        private final Random random;
        private final byte[] content;
        private final Fetched file;
        private final RecordingPeer bob = new RecordingPeer(BOB);
        private final boolean grows;
        private final Download download;
        private final List<Pull> open = new ArrayList<>();
        private int over;
        private boolean gone;
        private int seq;
        private long next;
        /** Everything from where he began to here was given; less than 0 for nothing. */
        private long upTo = -1;

        Reading(Random random) {
            this.random = random;
            this.content = new byte
                    [switch (random.nextInt(16)) {
                        case 0, 1 -> random.nextInt(3);
                        case 2 -> 3 * Block.MAX_DATA_LENGTH;
                        default -> random.nextInt(2_000);
                    }];
            random.nextBytes(content);
            this.file = new Fetched(random, content);
            this.grows = random.nextBoolean();
            this.download = new Download(
                    file,
                    bob,
                    MAX_PULLS,
                    grows,
                    new ManualClock(),
                    Meters.unread(TransferMode.DOWNLOAD),
                    Runnable::run,
                    ended -> over++);
            download.onJoined();
        }

        void goes() {
            for (int i = 0; i < MOST_ACTIONS && !gone; i++) {
                switch (random.nextInt(10)) {
                    case 0 -> {
                        bob.writable = random.nextBoolean();
                        download.onWritabilityChanged(bob.writable);
                    }
                    case 1, 2, 3 -> fetched();
                    case 4 -> somethingElse();
                    default -> pulls();
                }
                seen();
            }
            leaves();
            while (!file.toDo.isEmpty()) {
                fetched();
            }
            assertThat(file.closed).isOne();
            assertThat(over).isOne();
            assertThat(file.pieces).allMatch(piece -> piece.refCnt() == 0);
        }

        private void fetched() {
            Runnable read = file.toDo.poll();
            if (read != null) {
                read.run();
            }
        }

        private void somethingElse() {
            if (random.nextInt(8) == 0) {
                leaves();
            } else if (random.nextInt(8) == 0) {
                Wire.state(download, FileState.values()[random.nextInt(FileState.values().length)], BOB);
            }
        }

        private void leaves() {
            if (!gone) {
                gone = true;
                download.onGone();
            }
        }

        private void pulls() {
            boolean odd = random.nextInt(5) == 0;
            long offset = odd ? random.nextInt(content.length + 2) : next;
            int length = odd ? List.of(0, 1, 1 << 20, Integer.MAX_VALUE).get(random.nextInt(4)) : 100;
            Pull pull = new Pull(offset, length, seq++);
            boolean wasOver = over > 0;
            boolean sound = length > 0 && offset < content.length;
            try {
                Wire.pull(download, offset, length, pull.seq());
            } catch (ProtocolViolation e) {
                assertThat(open.size()).as("pulls that wait").isGreaterThanOrEqualTo(MAX_PULLS);
                leaves();
                return;
            }
            if (wasOver) {
                return;
            }
            if (sound) {
                // One more is being fetched.
                assertThat(open.size()).as("pulls that wait").isLessThanOrEqualTo(MAX_PULLS);
                open.add(pull);
                next = Math.min(offset + length, content.length);
            } else {
                RecordingPeer.Given last = bob.given.pollLast();
                assertThat(last).as("the refusal of %s", pull).isNotNull();
                assertThat(last.seq()).isEqualTo(pull.seq());
                assertThat(last.resultCode()).isEqualTo(RecordingPeer.REFUSED);
            }
        }

        /** Each pull is answered in order with what the file has there, and the end is said at the end. */
        private void seen() {
            for (RecordingPeer.Given given = bob.given.poll(); given != null; given = bob.given.poll()) {
                Pull pull = open.remove(0);
                assertThat(given.seq()).isEqualTo(pull.seq());
                assertThat(given.offset()).isEqualTo(pull.offset());
                int from = (int) pull.offset();
                int most = Math.min(pull.length(), Block.MAX_DATA_LENGTH);
                int length = given.data().length;
                assertThat(length)
                        .isBetween(
                                Math.min(most, content.length - from),
                                grows ? Block.MAX_DATA_LENGTH : Math.min(most, content.length - from));
                assertThat(given.data()).isEqualTo(Arrays.copyOfRange(content, from, from + length));
                if (upTo < 0 || from <= upTo) {
                    upTo = Math.max(upTo, from + length);
                }
            }
            boolean whole = content.length == 0 || upTo == content.length;
            assertThat(bob.heard.contains("DONE of " + ALICE)).as("done").isEqualTo(whole);
        }
    }

    @Test
    void whatIsGivenIsWhatTheFileHasThere() {
        FuzzCases.run(3_000, (random, number) -> new Reading(random).goes());
    }
}
