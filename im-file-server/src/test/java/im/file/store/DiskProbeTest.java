package im.file.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import im.file.store.FailingDisk.Fault;
import im.testkit.LoggedLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiskProbeTest {
    private static final long MIN_FREE = 1 << 10;

    @TempDir
    Path folder;

    private final FailingDisk disk = new FailingDisk();
    private final AtomicLong now = new AtomicLong(17);
    private final AtomicLong free = new AtomicLong(4711);
    private DiskProbe probe;

    @BeforeEach
    void open() {
        probe = new DiskProbe(disk, folder.resolve("owner.probe"), free::get, MIN_FREE, now::get, Thread::new);
    }

    @AfterEach
    void close() {
        probe.close();
    }

    @Test
    void aDiskThatTakesAFileIsWritableAndTheFileDoesNotStay() {
        probe.look();

        assertThat(probe.isWritable()).isTrue();
        assertThat(probe.freeBytes()).isEqualTo(4711);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource(names = {"FULL", "BROKEN"})
    void aDiskThatTakesNoneIsNotAndItsReturnIsNoticed(Fault fault) {
        disk.failAt(1, fault);
        probe.look();
        assertThat(probe.isWritable()).isFalse();

        disk.heal();
        probe.look();
        assertThat(probe.isWritable()).isTrue();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void theLogSaysOnceThatThereIsNoRoomAndOnceThatThereIs() {
        try (LoggedLines log = new LoggedLines(DiskProbe.class)) {
            free.set(MIN_FREE);
            probe.look();
            probe.look();
            assertThat(log.messagesAt(Level.WARN))
                    .containsExactly("no file can be stored: 1.0 KiB are free on the disk of the store,"
                            + " and store.min-free keeps 1.0 KiB");

            free.set(MIN_FREE + 1);
            probe.look();
            probe.look();
            assertThat(log.messagesAt(Level.INFO)).containsExactly("there is room for files again: 1.0 KiB are free");
        }
    }

    @Test
    void aFolderThatIsGoneIsNot() throws Exception {
        Files.delete(folder);
        probe.look();
        assertThat(probe.isWritable()).isFalse();
        Files.createDirectory(folder);
    }

    @Test
    void aDiskThatHangsIsNot() {
        probe.look();
        now.addAndGet(DiskProbe.PATIENCE.toNanos() - 1);
        assertThat(probe.isWritable()).isTrue();

        now.addAndGet(1);
        assertThat(probe.isWritable()).isFalse();
    }

    @Test
    void whatAKilledProcessLeftBehindIsNoObstacle() throws Exception {
        Files.createFile(folder.resolve("owner.probe"));
        probe.look();
        assertThat(probe.isWritable()).isTrue();
        assertThat(folder).isEmptyDirectory();
    }
}
