package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.FileOffer;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.TransferListener;
import im.client.TransferMode;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFilePullDataReq;
import im.testkit.Eventually;
import im.testkit.WireClient;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receivers ask for all of a big file and do not read it, while others go on. */
class FaultsBySlowReaderIT {
    private static final int BLOCK = 128 << 10;
    private static final int BIG = 64 << 20;
    private static final int SLOW_READERS = 4;
    private static final int OTHERS_SIZE = 2 << 20;
    private static final int OTHERS = 8;
    /** Half of what one reader asks for; all of them ask for eight times this. */
    private static final long MAX_GROWTH = BIG / 2;

    @TempDir
    Path folder;

    private final List<WireClient> slow = new ArrayList<>();
    private FaultyCluster cluster;
    private ImClient alice;
    private long atFirst;
    private volatile long peak;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.start(folder, Map.of());
        alice = cluster.login("alice", 0);
        sendToDave();
        atFirst = directMemory();
    }

    @AfterEach
    void stop() throws Exception {
        for (WireClient client : slow) {
            client.reset();
        }
        cluster.close();
    }

    /** Of this JVM, in which all servers are: what Netty allocates itself, and what it leaves to the JVM. */
    private static long directMemory() {
        return Math.max(0, PlatformDependent.usedDirectMemory())
                + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
    }

    private void sample() {
        peak = Math.max(peak, directMemory());
    }

    private void pullWithoutReading(FileOffer offer) throws IOException {
        WireClient client = WireClient.connect(
                offer.addresses().get(0).getHost(), offer.addresses().get(0).getPort(), Duration.ofSeconds(10));
        slow.add(client);
        client.send(
                Commands.FILE_LOGIN_REQ,
                1,
                IMFileLoginReq.newBuilder()
                        .setUserId(offer.toUserId())
                        .setTaskId(offer.taskId())
                        .setFileRole(ClientFileRole.CLIENT_OFFLINE_DOWNLOAD)
                        .build());
        assertThat(client.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
        for (int offset = 0; offset < BIG; offset += BLOCK) {
            client.send(
                    Commands.FILE_PULL_DATA_REQ,
                    2,
                    IMFilePullDataReq.newBuilder()
                            .setUserId(offer.toUserId())
                            .setTaskId(offer.taskId())
                            .setTransMode(TransferFileType.FILE_TYPE_OFFLINE)
                            .setOffset(offset)
                            .setDataSize(BLOCK)
                            .build());
        }
        // The server is at work on it: the first block is there, and the rest is not going to be read.
        client.receive();
    }

    /** Others send and receive; all the while the memory is watched. */
    private void assertOthersGoOnAndMemoryIsBounded() throws Exception {
        for (int i = 0; i < OTHERS; i++) {
            sendToDave();
        }
        sample();
        assertThat(peak - atFirst).as("growth of direct memory").isLessThan(MAX_GROWTH);
    }

    private void sendToDave() throws Exception {
        Inbox inbox = new Inbox();
        try (ImClient dave = cluster.login("dave", 1, inbox)) {
            FaultyCluster.awaitMutuallySeen(alice, dave);
            Path file = TestFiles.make(folder.resolve("out"), "small", OTHERS_SIZE);
            SentFile sent = new SentFile(alice, dave.self().id(), file);
            TransferListener watching = new TransferListener() {
                @Override
                public void onProgress(long done, long total) {
                    sample();
                }
            };
            Path received = Await.result(dave.receive(inbox.next(), folder.resolve("dave"), watching))
                    .path();
            TestFiles.assertSame(received, file);
            assertThat(Await.result(sent.transfer()).mode()).isEqualTo(TransferMode.ONLINE);
        }
    }

    @Test
    void aStoredFileThatIsNotReadStaysOnTheDisk() throws Exception {
        ImClient bob = cluster.login("bob", 1);
        int id = bob.self().id();
        bob.close();
        Eventually.until("bob is away", () -> !FaultyCluster.sees(alice, id));
        Path big = TestFiles.make(folder.resolve("out"), "big", BIG);
        assertThat(Await.result(alice.send(big, id, TransferListener.NONE)).mode())
                .isEqualTo(TransferMode.OFFLINE);
        // An upload has a window of its own.
        atFirst = directMemory();
        OfflineFile stored = onlyOffline(cluster.login("bob", 1, ClientListener.NONE));
        for (int i = 0; i < SLOW_READERS; i++) {
            pullWithoutReading(stored.asOffer(id));
        }
        assertOthersGoOnAndMemoryIsBounded();
    }

    private static OfflineFile onlyOffline(ImClient client) throws Exception {
        List<OfflineFile> files = new ArrayList<>();
        Eventually.until("the file is listed", () -> {
            files.addAll(client.offlineFiles().join());
            return !files.isEmpty();
        });
        return files.get(0);
    }
}
