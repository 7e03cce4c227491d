package im.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.file.IMFilePullDataReq;
import im.testkit.WireClient;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Receivers ask for all of a large file and read nothing, while their senders answer as fast as they can. */
@Timeout(120)
class StalledReceiversIT {
    private static final int LARGE = 512 << 20;
    private static final int PULLS = 1000;

    /** What waits for a receiver before its sender is not read any more. */
    private static final int MARK = 1 << 20;

    private static final int RECEIVE_BUFFER = 64 << 10;

    /** A block that came whole may keep twice its length; one was under way to each side when the reading stopped. */
    private static long bound(int receivers, int block) {
        return (long) receivers * (2 * MARK + 2 * RECEIVE_BUFFER + 2 * block);
    }

    @TempDir
    Path folder;

    private long peak;

    /** The clients are bare sockets, so only the server allocates. */
    private void sample() {
        ByteBufAllocatorMetricProvider allocator = (ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT;
        peak = Math.max(peak, allocator.metric().usedDirectMemory());
    }

    @ParameterizedTest
    @CsvSource({"4, 32768", "4, 131072", "16, 32768", "16, 34816", "16, 131072", "16, 262144"})
    void keepNoMoreThanWhatMayWaitForThemWhateverIsSent(int receivers, int block) throws Exception {
        ExecutorService senders = Executors.newCachedThreadPool();
        try (FileServerFixture server = new FileServerFixture(folder)) {
            sample();
            long before = peak;
            for (int i = 0; i < receivers; i++) {
                stall(server, block, senders);
            }
            // The server has one event loop: when all this went through, so did whatever it takes of the others.
            relay(server, block);
            assertThat(peak - before).isBetween(0L, bound(receivers, block));
        } finally {
            senders.shutdownNow();
        }
    }

    private static void stall(FileServerFixture server, int block, ExecutorService senders) throws IOException {
        String task = server.online(LARGE);
        WireClient sender = server.sender(task);
        WireClient receiver = server.receiver(task);
        receiver.expect(Commands.FILE_STATE);
        senders.execute(() -> answerUntilCutOff(sender, task));
        for (int i = 0; i < PULLS; i++) {
            int offset = i * block;
            receiver.send(Commands.FILE_PULL_DATA_REQ, 2, FileServerFixture.pull(task, offset, block));
        }
        // It is under way; the rest is not going to be read.
        receiver.receive();
    }

    private static void answerUntilCutOff(WireClient sender, String task) {
        try {
            while (true) {
                answer(sender, task, sender.expect(Commands.FILE_PULL_DATA_REQ));
            }
        } catch (IOException over) {
            // The test is.
        }
    }

    private static void answer(WireClient sender, String task, IMFilePullDataReq pull) throws IOException {
        ByteString data = ByteString.copyFrom(new byte[pull.getDataSize()]);
        sender.send(
                Commands.FILE_PULL_DATA_RSP,
                0,
                FileServerFixture.block(task, FileServerFixture.ALICE, pull.getOffset(), data));
    }

    private void relay(FileServerFixture server, int block) throws IOException {
        String task = server.online(LARGE);
        WireClient sender = server.sender(task);
        WireClient receiver = server.receiver(task);
        receiver.expect(Commands.FILE_STATE);
        for (int i = 0; i < PULLS; i++) {
            receiver.send(Commands.FILE_PULL_DATA_REQ, 2, FileServerFixture.pull(task, i * block, block));
            answer(sender, task, sender.expect(Commands.FILE_PULL_DATA_REQ));
            receiver.receive();
            sample();
        }
    }
}
