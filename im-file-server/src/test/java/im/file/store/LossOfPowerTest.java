package im.file.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Sets;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import im.file.store.DiskModel.Unforced;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore.Incoming;
import im.file.transfer.FileTask;
import im.file.transfer.StoredFile;
import im.file.transfer.TaskId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.FileRegion;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stops the world after every single step that the store takes on its disk, loses what was not forced (or not, or some of it), and looks
 * what a store finds that is opened on what is left.
 */
class LossOfPowerTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CHUNK = 100_000;

    @TempDir
    Path temp;

    private final RecordingDisk disk = new RecordingDisk();
    private Instant now = Instant.now();
    private DiskStore store;

    /** What the world was told, and after how many steps. */
    private final List<Event> events = new ArrayList<>();

    private enum Kind {
        STORED,
        RECORDING,
        DELETING,
        DELETED
    }

    private record Event(int steps, Kind kind, TaskId id) {}

    private final Map<TaskId, byte[]> contents = new HashMap<>();

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static byte[] content(String name, int size) {
        byte[] content = new byte[size];
        new Random(name.hashCode()).nextBytes(content);
        return content;
    }

    private static FileTask task(String name, int size) {
        return new FileTask(TaskId.random(RANDOM), 1, 2, name, size);
    }

    private void told(Kind kind, TaskId id) {
        events.add(new Event(disk.steps(), kind, id));
    }

    private static Incoming begin(DiskStore at, FileTask task) throws Exception {
        return get(get(at.reserve(task, Optional.empty(), true)).begin());
    }

    private static void append(Incoming to, byte[] content, long from, int end) throws Exception {
        for (int at = (int) from; at < end; at += CHUNK) {
            get(to.append(Unpooled.copiedBuffer(content, at, Math.min(CHUNK, end - at))));
        }
    }

    private Incoming begun(String name, int size, int came) throws Exception {
        FileTask task = task(name, size);
        contents.put(task.id(), content(name, size));
        Incoming incoming = begin(store, task);
        append(incoming, content(name, size), incoming.committed(), came);
        return incoming;
    }

    private TaskId stored(String name, int size) throws Exception {
        Incoming incoming = begun(name, size, size);
        TaskId id = get(incoming.commit()).task().id();
        told(Kind.STORED, id);
        get(incoming.conclude());
        return id;
    }

    /** Everything that a store does. */
    private void live() throws Exception {
        TaskId one = stored("one", 600_000);
        get(begun("broken", 700_000, 650_000).suspend());
        Incoming stays = begun("stays", 600_000, 550_000);
        get(begun("small", 60_000, 50_000).suspend());
        stored("small", 60_000);
        Incoming smallUnheard = begun("small unheard", 60_000, 60_000);
        told(Kind.STORED, get(smallUnheard.commit()).task().id());
        get(smallUnheard.suspend());
        TaskId empty = stored("empty", 0);
        told(Kind.RECORDING, one);
        get(store.markRecorded(one));
        stored("broken", 700_000);
        get(begun("abandoned", 300_000, 300_000).abandon());
        told(Kind.DELETING, empty);
        get(store.delete(empty));
        told(Kind.DELETED, empty);
        get(begun("old", 300_000, 290_000).suspend());
        stored("last", 10);
        now = now.plus(Duration.ofDays(2));
        store.sweep();
        now = Instant.now();
        get(stays.suspend());
        begun("unfinished", 600_000, 590_000);
        begun("small unfinished", 60_000, 60_000);
        Incoming unheard = begun("unheard", 600_000, 600_000);
        told(Kind.STORED, get(unheard.commit()).task().id());
        get(unheard.suspend());
    }

    @ParameterizedTest
    @EnumSource
    void afterALossOfPowerAtAnyStepEveryFileThatWasStoredIsThereAndNoOther(Unforced unforced) throws Exception {
        Path folder = temp.resolve("store");
        DiskStore.open(StoreFixture.settings(folder)).close();
        Path before = temp.resolve("before");
        new DiskModel(folder, folder).leaveBehind(before, Unforced.KEPT, new Random());
        store = DiskStore.open(StoreFixture.settings(folder), disk, () -> now);
        live();
        int steps = disk.steps();
        assertThat(steps).isGreaterThan(100);
        for (int first = 0; first <= steps; first++) {
            DiskModel model = new DiskModel(folder, before);
            disk.replay(first, model);
            Path left = temp.resolve("left");
            model.leaveBehind(left, unforced, new Random(first));
            StoreFixture.nobodyLives(left);
            try {
                check(left, first);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("after " + first + " of " + steps + " steps", e);
            }
            MoreFiles.deleteRecursively(left, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        store.close();
    }

    private Set<TaskId> told(Kind kind, int before) {
        Set<TaskId> ids = new HashSet<>();
        for (Event event : events) {
            if (event.kind() == kind && event.steps() <= before) {
                ids.add(event.id());
            }
        }
        return ids;
    }

    private void check(Path left, int steps) throws Exception {
        try (DiskStore after = DiskStore.open(StoreFixture.settings(left), new CarelessDisk(), () -> now)) {
            Set<TaskId> sure = told(Kind.STORED, steps);
            sure.removeAll(told(Kind.DELETING, steps));
            List<CommittedFile> files = get(after.list(Optional.empty(), 100));
            Set<TaskId> ids = idsOf(files);
            assertThat(ids).containsAll(sure);
            assertThat(Sets.intersection(ids, told(Kind.DELETED, steps))).isEmpty();
            for (CommittedFile file : files) {
                byte[] content = contents.get(file.task().id());
                assertThat(file.sha256()).isEqualTo(Hashing.sha256().hashBytes(content));
                assertThat(bytesOf(after, file)).isEqualTo(content);
            }
            Set<TaskId> unrecorded = new HashSet<>(sure);
            unrecorded.removeAll(told(Kind.RECORDING, steps));
            List<CommittedFile> marked = get(after.unrecorded(Optional.empty(), 100));
            assertThat(idsOf(marked)).containsAll(unrecorded);
            assertThat(files).containsAll(marked);
            goOn(after, "broken", 700_000);
            goOn(after, "stays", 600_000);
            goOn(after, "unfinished", 600_000);
            goOn(after, "unheard", 600_000);
            goOn(after, "small", 60_000);
            goOn(after, "small unheard", 60_000);
            goOn(after, "small unfinished", 60_000);
            for (CommittedFile file : files) {
                assertThat(bytesOf(after, file))
                        .isEqualTo(contents.get(file.task().id()));
            }
        }
    }

    private static Set<TaskId> idsOf(List<CommittedFile> files) {
        return files.stream().map(file -> file.task().id()).collect(Collectors.toSet());
    }

    private static byte[] bytesOf(DiskStore at, CommittedFile file) throws Exception {
        int size = (int) file.task().size();
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        try (StoredFile open = get(at.open(file.task().id())).orElseThrow()) {
            FileRegion region = (FileRegion) get(open.piece(0, size));
            while (region.transferred() < size) {
                region.transferTo(Channels.newChannel(out), region.transferred());
            }
            region.release();
        }
        return out.toByteArray();
    }

    /** Whatever is left of an upload, the next one gets to its end with it. */
    private static void goOn(DiskStore at, String name, int size) throws Exception {
        byte[] content = content(name, size);
        Incoming incoming = begin(at, task(name, size));
        int there = (int) incoming.committed();
        if (there > 0) {
            ByteBuf last = get(incoming.read(there - 1000, 1000));
            assertThat(ByteBufUtil.getBytes(last)).isEqualTo(Arrays.copyOfRange(content, there - 1000, there));
            last.release();
        }
        append(incoming, content, there, size);
        CommittedFile committed = get(incoming.commit());
        assertThat(committed.sha256()).isEqualTo(Hashing.sha256().hashBytes(content));
        assertThat(bytesOf(at, committed)).isEqualTo(content);
    }
}
