package im.file.transfer;

import static im.file.transfer.TransferRole.UPLOADER;
import static im.file.transfer.Wire.ALICE;
import static im.file.transfer.Wire.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import im.file.store.DiskStore;
import im.file.store.FailingDisk;
import im.file.store.FailingDisk.Fault;
import im.file.store.StoreFixture;
import io.netty.channel.FileRegion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An upload during which the disk fails, at every step that the store takes on it. */
@Timeout(300)
class DiskErrorsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BLOCK = 64 << 10;
    private static final int SIZE = 600_000;
    /** Of which two blocks with checksums are whole. */
    private static final int PART = 590_000;

    private static final int GOES_ON_AT = 2 * (256 << 10) - BLOCK;

    private static final byte[] CONTENT = new byte[SIZE];

    static {
        new Random(SIZE).nextBytes(CONTENT);
    }

    @TempDir
    Path temp;

    private final FailingDisk disk = new FailingDisk();
    private final UploadBudget budget = new UploadBudget(1 << 20);
    /** The event loop is this test's thread. */
    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();

    private DiskStore store;

    /** One try at sending a file. */
    private final class Upload {
        final FileTask task;
        final RecordingPeer alice = new RecordingPeer(ALICE);
        final List<TaskId> recorded = new ArrayList<>();
        private boolean over;
        private int answered;

        Upload(String name, int size) {
            task = new FileTask(TaskId.random(RANDOM), ALICE, BOB, name, size);
        }

        /** Ends with the upload, or before that when so many bytes have been sent. */
        Upload send(int until) throws Exception {
            FileStore.Reservation room;
            try {
                room = reserve(task);
            } catch (ExecutionException e) {
                alice.heard.add("no room");
                return this;
            }
            OfflineTransfer transfer = new OfflineTransfer(
                    task,
                    new TransferLimits(BLOCK, 4 * BLOCK, 8, 0, Duration.ofSeconds(3), Duration.ofHours(1)),
                    room,
                    file -> {
                        recorded.add(file.task().id());
                        return CompletableFuture.completedFuture(null);
                    },
                    budget,
                    new ManualClock(),
                    Meters.unread(TransferMode.UPLOAD),
                    loop::add,
                    ended -> over = true);
            Participation uploader = transfer.join(UPLOADER, alice);
            uploader.onJoined();
            while (!over && answer(uploader, until)) {
                Runnable next = loop.poll(10, TimeUnit.SECONDS);
                assertThat(next).as("something from the store").isNotNull();
                next.run();
            }
            uploader.onGone();
            return this;
        }

        private boolean answer(Participation uploader, int until) {
            while (!over && answered < alice.heard.size()) {
                String[] pull = alice.heard.get(answered++).split("[ +]");
                int from = Integer.parseInt(pull[1]);
                if (from >= until) {
                    return false;
                }
                int end = Math.min(from + Integer.parseInt(pull[2]), until);
                if (end < from + Integer.parseInt(pull[2])) {
                    return false;
                }
                Wire.block(uploader, from, Arrays.copyOfRange(CONTENT, from, end));
            }
            return true;
        }

        boolean isDone() {
            return alice.heard.contains("DONE of " + ALICE);
        }

        int firstPull() {
            return Integer.parseInt(alice.heard.get(0).split("[ +]")[1]);
        }
    }

    private FileStore.Reservation reserve(FileTask task) throws Exception {
        return store.reserve(task, Optional.empty(), true).get(10, TimeUnit.SECONDS);
    }

    private Optional<HashCode> stored(TaskId id) throws Exception {
        Optional<StoredFile> there = store.open(id).get(10, TimeUnit.SECONDS);
        if (there.isEmpty()) {
            return Optional.empty();
        }
        try (StoredFile file = there.get()) {
            int size = (int) file.task().size();
            ByteArrayOutputStream out = new ByteArrayOutputStream(size);
            FileRegion region = (FileRegion) file.piece(0, size).get(10, TimeUnit.SECONDS);
            while (region.transferred() < size) {
                region.transferTo(Channels.newChannel(out), region.transferred());
            }
            region.release();
            return Optional.of(Hashing.sha256().hashBytes(out.toByteArray()));
        }
    }

    /** Nothing of this is there any more as soon as the store has done what it was asked for last. */
    private void assertNothingIsHeld(FileTask task) throws Exception {
        boolean hasRoom = true;
        while (hasRoom || disk.openFiles() > 0 || budget.taken() > 0) {
            Optional.ofNullable(loop.poll()).ifPresent(Runnable::run);
            try {
                reserve(task).release();
                hasRoom = false;
            } catch (ExecutionException hasItStill) {
                Thread.onSpinWait();
            }
        }
    }

    private static void awaitNothingComesIn(Path folder) throws IOException {
        List<Path> left = List.of(folder);
        Instant deadline = Instant.now().plusSeconds(10);
        while (!left.isEmpty()) {
            try (Stream<Path> all = Files.walk(folder.resolve("incoming"))) {
                left = all.filter(path -> folder.relativize(path).getNameCount() > 2)
                        .toList();
            } catch (UncheckedIOException goneMeanwhile) {
                // Once more.
            }
            assertThat(Instant.now()).as("still there: " + left).isBefore(deadline);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ONCE, false",
        "ONCE, true",
        "ONCE_AFTERWARDS, false",
        "ONCE_AFTERWARDS, true",
        "FULL, false",
        "FULL, true",
        "BROKEN, false",
        "BROKEN, true"
    })
    void whereverTheDiskFailsTheUploadEndsAndTheStoreGoesOn(Fault fault, boolean goesOn) throws Exception {
        HashCode whole = Hashing.sha256().hashBytes(CONTENT);
        boolean failed = true;
        int ended = 0;
        for (int step = 1; failed; step++) {
            store = StoreFixture.open(temp.resolve("store" + step), disk);
            Upload before = new Upload("before", SIZE).send(SIZE);
            assertThat(before.isDone()).isTrue();
            Upload ofAnother = new Upload("broken", SIZE).send(PART);
            if (goesOn) {
                assertNothingIsHeld(new Upload("notes.txt", SIZE).send(PART).task);
            }
            assertNothingIsHeld(ofAnother.task);

            disk.failAt(step, fault);
            Upload upload = new Upload("notes.txt", SIZE).send(SIZE);
            failed = disk.hasFailed();
            disk.heal();
            try {
                check(upload, whole);
                ended += upload.isDone() ? 0 : 1;
                assertNothingIsHeld(upload.task);
                Upload again = new Upload("notes.txt", SIZE).send(SIZE);
                if (!again.isDone()) {
                    // What it went on with had been damaged, which it cannot have been twice.
                    again = new Upload("notes.txt", SIZE).send(SIZE);
                }
                assertThat(again.isDone()).as(again.alice.heard.toString()).isTrue();
                assertThat(stored(again.recorded.get(0))).contains(whole);
                assertThat(stored(before.task.id())).contains(whole);
                assertThat(new Upload("broken", SIZE).send(SIZE).firstPull()).isEqualTo(GOES_ON_AT);
                if (fault == Fault.FULL || fault == Fault.ONCE && !upload.isDone()) {
                    // Else it may be the deleting that failed.
                    awaitNothingComesIn(temp.resolve("store" + step));
                }
                store.close();
                assertThat(disk.openFiles()).isZero();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("at step " + step + ", when it heard " + upload.alice.heard, e);
            }
        }
        assertThat(ended).as("uploads that ended by it").isGreaterThan(10);
    }

    private void check(Upload upload, HashCode whole) throws Exception {
        Optional<HashCode> there = stored(upload.task.id());
        if (upload.isDone()) {
            assertThat(there).contains(whole);
            assertThat(upload.recorded).containsExactly(upload.task.id());
        } else {
            assertThat(upload.recorded).isEmpty();
            assertThat(upload.alice.heard.get(upload.alice.heard.size() - 1)).isIn("finished", "no room");
            assertThat(upload.alice.heard)
                    .containsAnyOf("CANCEL of " + ALICE + ": the server cannot store it", "no room");
            // Never in part. It can be there when what was done of a commit could not be taken back.
            there.ifPresent(offered -> assertThat(offered).isEqualTo(whole));
        }
    }
}
