package im.file.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.file.store.FailingDisk.Fault;
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
    @TempDir
    Path folder;

    private final FailingDisk disk = new FailingDisk();
    private final AtomicLong now = new AtomicLong(17);
    private DiskProbe probe;

    @BeforeEach
    void open() {
        probe = new DiskProbe(disk, folder.resolve("owner.probe"), () -> 4711, now::get, Thread::new);
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
