package im.file;

import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.loginRequest;
import static im.file.FileServerFixture.pull;
import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Downloads of stored files that the disk does not give back whole, from a real file-server. */
@Timeout(120)
class DamagedFilesIT {
    private static final int SIZE = 100_000;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    Path folder;

    private FileServerFixture server;

    @BeforeEach
    void start() throws IOException {
        server = new FileServerFixture(folder);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Path piece(String task, String suffix) {
        return folder.resolve("files").resolve(task.substring(0, 2)).resolve(task + suffix);
    }

    private void assertCanBeFetched(String task) throws IOException {
        WireClient bob = server.downloader(task);
        bob.send(Commands.FILE_PULL_DATA_REQ, 1, pull(task, 0, SIZE));
        assertThat(bob.expect(Commands.FILE_PULL_DATA_RSP).getFileData().size()).isEqualTo(SIZE);
        bob.expect(Commands.FILE_STATE);
        bob.expectClosed();
    }

    @Test
    void aFileThatEndsTooEarlyIsNeverSaidToBeDone() throws Exception {
        String other = server.stored(new byte[SIZE]);
        String task = server.stored(new byte[SIZE]);
        WireClient bob = server.downloader(task);
        try (FileChannel data = FileChannel.open(piece(task, "-file"), StandardOpenOption.WRITE)) {
            data.truncate(SIZE / 2);
        }
        bob.send(Commands.FILE_PULL_DATA_REQ, 1, pull(task, 0, SIZE / 4));
        bob.expect(Commands.FILE_PULL_DATA_RSP);
        bob.send(Commands.FILE_PULL_DATA_REQ, 1, pull(task, SIZE / 4, SIZE));
        assertThat(framesUntilTheEnd(bob)).isZero();
        bob.close();
        assertCanBeFetched(other);
    }

    /** Whole frames only. */
    private static int framesUntilTheEnd(WireClient client) {
        int frames = 0;
        try {
            while (true) {
                client.receive();
                frames++;
            }
        } catch (IOException | AssertionError end) {
            return frames;
        }
    }

    @Test
    void whoseDescriptionIsDamagedIsRefusedAndHindersNoOther() throws Exception {
        String other = server.stored(new byte[SIZE]);
        String task = server.stored(new byte[SIZE]);
        try (FileChannel file = FileChannel.open(piece(task, "-file"), StandardOpenOption.WRITE)) {
            // Behind the bytes and their one checksum.
            file.write(ByteBuffer.allocate(10), SIZE + Integer.BYTES);
        }
        assertThat(server.refusal(loginRequest(BOB, task, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)))
                .isEqualTo("the file cannot be opened now");
        assertCanBeFetched(other);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noneStaysOpen() throws Exception {
        aFileThatEndsTooEarlyIsNeverSaidToBeDone();
        // A descriptor closes with the connection, on a thread of the server.
        Eventually.until("no file is open", () -> openData().isEmpty());
    }

    private List<Path> openData() throws IOException {
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.flatMap(DamagedFilesIT::target)
                    .filter(target ->
                            target.startsWith(folder) && target.toString().endsWith("-file"))
                    .toList();
        }
    }

    private static Stream<Path> target(Path descriptor) {
        try {
            return Stream.of(Files.readSymbolicLink(descriptor));
        } catch (IOException closedMeanwhile) {
            return Stream.empty();
        }
    }
}
