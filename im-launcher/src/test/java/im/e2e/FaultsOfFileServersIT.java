package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ImClient;
import im.client.OfflineFile;
import im.client.TransferListener;
import im.client.TransferMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two file-servers dies while a hundred files are on their way. alice sends to bob, who is there, and to carol, who is away. */
class FaultsOfFileServersIT {
    private static final int TRANSFERS_PER_SERVER = 50;
    private static final int MIN_SIZE = 10_000;
    private static final int MAX_SIZE = 1_000_000;
    private static final Duration PACE = Duration.ofMillis(5);
    /** How soon everybody knows that a transfer is lost. */
    private static final Duration CLEAR_STATE = Duration.ofSeconds(5);

    private static final int KILLED = 0;
    private static final int OTHER = 1;

    @TempDir
    Path folder;

    private final Random random = new Random(20);
    private FaultyCluster cluster;
    private AcceptingReceiver bobsFiles;
    private ImClient alice;
    private int bob;
    private int carol;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.start(folder, Map.of());
        bobsFiles = new AcceptingReceiver(folder.resolve("bob"));
        alice = cluster.login("alice", 0);
        ImClient bobsClient = bobsFiles.is(cluster.login("bob", 1, bobsFiles));
        bob = bobsClient.self().id();
        FaultyCluster.awaitMutuallySeen(alice, bobsClient);
        carol = alice.users().get().stream()
                .filter(user -> user.loginName().equals("carol"))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private List<SentFile> sendThrough(int fileServer) throws Exception {
        cluster.useFileServers(List.of(fileServer));
        List<SentFile> files = new ArrayList<>();
        for (int i = 0; i < TRANSFERS_PER_SERVER; i++) {
            boolean online = i % 2 == 0;
            Path path = TestFiles.make(
                    folder.resolve("out"),
                    "server-" + fileServer + "-" + i,
                    MIN_SIZE + random.nextInt(MAX_SIZE - MIN_SIZE));
            files.add(new SentFile(alice, online ? bob : carol, path));
        }
        for (SentFile file : files) {
            assertThat(file.awaitStarted()).isEqualTo(file.to() == bob ? TransferMode.ONLINE : TransferMode.OFFLINE);
        }
        return files;
    }

    @Test
    void transfersOnTheOtherFinishAndThoseOnTheKilledOneFailSoonAndCanBeSentAgain() throws Exception {
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.clientsToFileServer(i).stall();
            cluster.clientsToFileServer(i).delay(PACE);
        }
        List<SentFile> onKilled = sendThrough(KILLED);
        List<SentFile> onOther = sendThrough(OTHER);
        cluster.useFileServers(List.of(KILLED, OTHER));
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.clientsToFileServer(i).heal();
        }
        Await.until(
                "some files were sent and others are on their way",
                () -> SentFile.over(onKilled) >= 5 && SentFile.underWay(onKilled) >= 5);
        cluster.killFileServer(KILLED);
        SentFile.awaitOver("all transfers on the killed server are over", CLEAR_STATE, onKilled);
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.clientsToFileServer(i).delay(Duration.ZERO);
        }

        List<SentFile> failed =
                onKilled.stream().filter(SentFile::failedClearly).toList();
        assertThat(failed).hasSizeBetween(5, onKilled.size() - 5);
        for (SentFile file : onKilled) {
            if (!failed.contains(file)) {
                assertSent(file);
            }
        }
        List<SentFile> again = failed.stream()
                .map(file -> new SentFile(alice, file.to(), file.path()))
                .toList();
        for (SentFile file : onOther) {
            assertSent(file);
        }
        for (SentFile file : again) {
            assertSent(file);
        }
        List<SentFile> stored = new ArrayList<>(onOther);
        stored.addAll(again);
        stored.removeIf(file -> file.to() != carol);
        assertCarolGets(stored);
    }

    private void assertSent(SentFile file) throws Exception {
        Await.result(file.transfer());
        if (file.to() == bob) {
            bobsFiles.assertReceived(file.path());
        }
    }

    private void assertCarolGets(List<SentFile> stored) throws Exception {
        ImClient carolsClient = cluster.login("carol", 1);
        Map<String, Path> sent = stored.stream()
                .collect(Collectors.toMap(file -> file.path().getFileName().toString(), SentFile::path));
        List<String> received = new ArrayList<>();
        for (OfflineFile file : Await.result(carolsClient.offlineFiles())) {
            if (sent.containsKey(file.fileName())) {
                Path in = Files.createDirectories(folder.resolve("carol").resolve(file.taskId()));
                Path path = Await.result(carolsClient.download(file, in, TransferListener.NONE))
                        .path();
                TestFiles.assertSame(path, sent.get(file.fileName()));
                received.add(file.fileName());
            }
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent.keySet());
    }
}
