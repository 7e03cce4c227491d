package im.file.transfer;

import static im.file.transfer.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import im.netlib.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DownloadTest {
    private final RecordingPeer bob = new RecordingPeer(BOB);
    private final OpenFile file = new OpenFile(100);
    private final ManualClock clock = new ManualClock();
    private final Meters meters = new Meters();
    private int over;

    private static final class OpenFile implements StoredFile {
        private final CommittedFile about;
        /** Pieces that are still being fetched; those after them are at hand. */
        final ArrayDeque<CompletableFuture<ReferenceCounted>> next = new ArrayDeque<>();

        boolean closed;

        OpenFile(long size) {
            about = new CommittedFile(Wire.task(size), Hashing.sha256().hashInt(1), Instant.EPOCH, Instant.MAX);
        }

        @Override
        public CommittedFile about() {
            return about;
        }

        @Override
        public CompletableFuture<ReferenceCounted> piece(long offset, int length) {
            return next.isEmpty() ? CompletableFuture.completedFuture(Unpooled.buffer(length)) : next.remove();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private Download begun(OpenFile of) {
        return begun(of, false);
    }

    private Download begun(OpenFile of, boolean grows) {
        Download download = new Download(
                of, bob, 4, grows, clock, meters.of(TransferMode.DOWNLOAD), Runnable::run, ended -> over++);
        download.onJoined();
        return download;
    }

    @Test
    void itIsCountedByHowItEnded() {
        Wire.pull(begun(file), 0, 100, 2);
        begun(new OpenFile(100)).onGone();
        Wire.state(begun(new OpenFile(100)), FileState.CANCEL, BOB);

        assertThat(meters.started(TransferMode.DOWNLOAD)).isEqualTo(3);
        assertThat(meters.ended(TransferMode.DOWNLOAD)).isEqualTo(3);
        assertThat(meters.ended(TransferMode.DOWNLOAD, End.DONE)).isOne();
        assertThat(meters.ended(TransferMode.DOWNLOAD, End.VANISHED)).isOne();
        assertThat(meters.ended(TransferMode.DOWNLOAD, End.CANCELLED)).isOne();
        assertThat(meters.resumed(TransferMode.DOWNLOAD)).isZero();
        assertThat(over).isEqualTo(3);
    }

    @Test
    void oneThatDoesNotBeginAtTheStartIsCountedAsResumed() {
        Download download = begun(file);
        Wire.pull(download, 60, 20, 2);
        Wire.pull(download, 80, 20, 3);

        assertThat(meters.resumed(TransferMode.DOWNLOAD)).isOne();
        assertThat(meters.ended(TransferMode.DOWNLOAD, End.DONE)).isOne();
    }

    @Test
    void itShowsHowFarItIs() {
        Download download = begun(file);
        clock.advance(Duration.ofSeconds(5));
        Wire.pull(download, 0, 60, 2);

        assertThat(download.phase()).isEqualTo(Phase.RUNNING);
        assertThat(download.bytesDone()).isEqualTo(60);
        assertThat(download.lastActivity() - download.since())
                .isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void servesInOrderClampsTheEndAndSaysDone() {
        Download download = begun(file);
        Wire.pull(download, 0, 60, 2);
        Wire.pull(download, 60, 60, 3);
        assertThat(bob.heard).containsExactly("served 0+60 seq 2", "served 60+40 seq 3", "DONE of 1", "finished");
        assertThat(file.closed).isTrue();
    }

    @Test
    void mayStartAnywhere() {
        Download download = begun(file);
        Wire.pull(download, 90, 60, 2);
        assertThat(bob.heard).containsExactly("served 90+10 seq 2", "DONE of 1", "finished");
    }

    @Test
    void neverAnswersWithMoreThan256KiB() {
        Download download = begun(new OpenFile(1 << 20));
        Wire.pull(download, 0, 1 << 20, 2);
        assertThat(bob.heard).containsExactly("served 0+262144 seq 2");
    }

    @Test
    void blocksGrowForAReceiverThatTakesItsNextSizeFromTheLastOne() {
        Download download = begun(new OpenFile(1_000_000), true);
        Wire.pull(download, 0, 32_768, 2);
        Wire.pull(download, 32_768, 32_768, 3);
        Wire.pull(download, 98_304, 65_536, 4);
        Wire.pull(download, 229_376, 131_072, 5);
        Wire.pull(download, 491_520, 262_144, 6);
        Wire.pull(download, 753_664, 262_144, 7);
        assertThat(bob.heard)
                .containsExactly(
                        "served 0+32768 seq 2",
                        "served 32768+65536 seq 3",
                        "served 98304+131072 seq 4",
                        "served 229376+262144 seq 5",
                        "served 491520+262144 seq 6",
                        "served 753664+246336 seq 7",
                        "DONE of 1",
                        "finished");
    }

    @Test
    void blocksGrowForNobodyElse() {
        Download download = begun(new OpenFile(1_000_000));
        Wire.pull(download, 0, 32_768, 2);
        Wire.pull(download, 32_768, 32_768, 3);
        Wire.pull(download, 65_536, 32_768, 4);
        assertThat(bob.heard)
                .containsExactly("served 0+32768 seq 2", "served 32768+32768 seq 3", "served 65536+32768 seq 4");
    }

    @Test
    void anEmptyFileIsDoneAtOnce() {
        begun(new OpenFile(0));
        assertThat(bob.heard).containsExactly("DONE of 1", "finished");
    }

    @Test
    void refusesPullsPastTheEndAndGoesOn() {
        Download download = begun(file);
        Wire.pull(download, 100, 10, 2);
        Wire.pull(download, 0, 0, 3);
        Wire.pull(download, 0, 50, 4);
        assertThat(bob.heard).containsExactly("refused 100+10 seq 2", "refused 0+0 seq 3", "served 0+50 seq 4");
    }

    @Test
    void aReceiverThatDoesNotReadIsNotReadAndGetsItsAnswersInOrderLater() {
        Download download = begun(file);
        bob.writable = false;
        Wire.pull(download, 0, 10, 2);
        Wire.pull(download, 10, 10, 3);
        assertThat(bob.heard).isEmpty();
        assertThat(bob.reading).isFalse();
        bob.writable = true;
        download.onWritabilityChanged(true);
        assertThat(bob.heard).containsExactly("served 0+10 seq 2", "served 10+10 seq 3");
        assertThat(bob.reading).isTrue();
    }

    @Test
    void answersInOrderWhatTheStoreHasToFetchFirst() {
        CompletableFuture<ReferenceCounted> slow = new CompletableFuture<>();
        file.next.add(slow);
        Download download = begun(file);
        Wire.pull(download, 0, 60, 2);
        Wire.pull(download, 60, 40, 3);
        assertThat(bob.heard).isEmpty();
        slow.complete(Unpooled.buffer(60));
        assertThat(bob.heard).containsExactly("served 0+60 seq 2", "served 60+40 seq 3", "DONE of 1", "finished");
    }

    @Test
    void saysSoWhenTheStoreCannotReadIt() {
        file.next.add(CompletableFuture.failedFuture(new IOException("bad sector")));
        Wire.pull(begun(file), 0, 60, 2);
        assertThat(bob.heard).containsExactly("CANCEL of 1: the server cannot read the file", "finished");
        assertThat(file.closed).isTrue();
    }

    @Test
    void keepsNothingOfAPieceThatComesWhenTheReceiverHasGone() {
        CompletableFuture<ReferenceCounted> slow = new CompletableFuture<>();
        file.next.add(slow);
        Download download = begun(file);
        Wire.pull(download, 0, 60, 2);
        download.onGone();
        ByteBuf piece = Unpooled.buffer(60);
        slow.complete(piece);
        assertThat(piece.refCnt()).isZero();
        assertThat(bob.heard).isEmpty();
    }

    @Test
    void boundsThePullsThatWait() {
        Download download = begun(file);
        bob.writable = false;
        for (int i = 0; i < 4; i++) {
            Wire.pull(download, i, 1, i);
        }
        assertThatThrownBy(() -> Wire.pull(download, 4, 1, 4)).isInstanceOf(ProtocolViolation.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"DONE", "CANCEL", "REFUSE"})
    void endsWhenTheReceiverSaysSo(FileState said) {
        Download download = begun(file);
        Wire.state(download, said, BOB);
        assertThat(bob.heard).containsExactly("finished");
        assertThat(file.closed).isTrue();
    }

    @Test
    void closesTheFileWhenTheReceiverVanishes() {
        begun(file).onGone();
        assertThat(file.closed).isTrue();
    }

    @Test
    void onlyTheReceiverMayHaveTheFile() {
        assertThat(Download.admits(Wire.task(1), TransferRole.DOWNLOADER, BOB)).isTrue();
        assertThat(Download.admits(Wire.task(1), TransferRole.DOWNLOADER, 3)).isFalse();
        assertThat(Download.admits(Wire.task(1), TransferRole.DOWNLOADER, Wire.ALICE))
                .isFalse();
    }
}
