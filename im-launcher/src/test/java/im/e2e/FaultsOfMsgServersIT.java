package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.TransferListener;
import im.client.TransferMode;
import im.netlib.AddressSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A msg-server dies while its users send and receive. Clients know only the login-server; carol is away at first. */
class FaultsOfMsgServersIT {
    private static final int TRANSFERS = 40;
    private static final int MIN_SIZE = 300_000;
    private static final int MAX_SIZE = 1_000_000;
    private static final Duration PACE = Duration.ofMillis(5);

    @TempDir
    Path folder;

    private final Random random = new Random(21);
    private FaultyCluster cluster;
    private AddressSource loginServer;
    private AcceptingReceiver bobsFiles;
    private ImClient alice;
    private ImClient bob;
    private int carol;
    private int alicesServer;
    private int files;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.start(folder, Map.of());
        loginServer = cluster.loginServer();
        Await.until("the login-server knows a msg-server", () -> named(any -> true));
        // The only one it knows, or the better one: where carol is, alice goes to the other, and bob to either.
        ImClient carolsClient = cluster.login("carol", 0);
        carol = carolsClient.self().id();
        Await.until("the second msg-server has less load", () -> named(server -> server == 1));
        alice = cluster.login("alice", loginServer, ClientListener.NONE);
        alicesServer = 1;
        ImClient daves = cluster.login("dave", 1);
        Await.until("the first msg-server has less load", () -> named(server -> server == 0));
        bobsFiles = new AcceptingReceiver(folder.resolve("bob"));
        bob = bobsFiles.is(cluster.login("bob", loginServer, bobsFiles));
        carolsClient.close();
        daves.close();
        FaultyCluster.awaitMutuallySeen(alice, bob);
        Await.until("carol is away", () -> !FaultyCluster.sees(alice, carol));
    }

    private boolean named(Predicate<Integer> server) {
        return cluster.namedByLoginServer().filter(server).isPresent();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private SentFile send(int to) throws Exception {
        int size = MIN_SIZE + random.nextInt(MAX_SIZE - MIN_SIZE);
        return new SentFile(alice, to, TestFiles.make(folder.resolve("out"), "file-" + files++, size));
    }

    private List<SentFile> sendAll() throws Exception {
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.clientsToFileServer(i).stall();
            cluster.clientsToFileServer(i).delay(PACE);
        }
        List<SentFile> sent = new ArrayList<>();
        for (int i = 0; i < TRANSFERS; i++) {
            sent.add(send(i % 2 == 0 ? bob.self().id() : carol));
        }
        for (SentFile file : sent) {
            file.awaitStarted();
        }
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.clientsToFileServer(i).heal();
        }
        Await.until("files are on their way", () -> SentFile.underWay(sent) >= TRANSFERS / 2);
        return sent;
    }

    private void assertAllArrive(List<SentFile> sent) throws Exception {
        int stored = 0;
        for (SentFile file : sent) {
            TransferMode mode = Await.result(file.transfer()).mode();
            if (file.to() == carol) {
                assertThat(mode).isEqualTo(TransferMode.OFFLINE);
                stored++;
            } else {
                assertThat(mode).isEqualTo(TransferMode.ONLINE);
                bobsFiles.assertReceived(file.path());
            }
        }
        assertCarolGets(stored);
    }

    private void assertCarolGets(int count) throws Exception {
        ImClient carolsClient = cluster.login("carol", loginServer, ClientListener.NONE);
        List<OfflineFile> waiting = new ArrayList<>();
        Await.until("all files are listed", () -> {
            waiting.clear();
            waiting.addAll(carolsClient.offlineFiles().join());
            return waiting.size() >= count;
        });
        assertThat(waiting).hasSize(count);
        for (OfflineFile file : waiting) {
            Path in = folder.resolve("carol").resolve(file.taskId());
            Path path = Await.result(carolsClient.download(file, in, TransferListener.NONE))
                    .path();
            TestFiles.assertSame(path, folder.resolve("out").resolve(file.fileName()));
        }
        carolsClient.close();
        Await.until("carol is away", () -> !FaultyCluster.sees(alice, carol));
    }

    private void assertNothingIsLostWithout(int killed) throws Exception {
        List<SentFile> sent = sendAll();
        cluster.killMsgServer(killed);
        Await.until("both are back and see each other", () -> alice.isConnected() && bob.isConnected());
        FaultyCluster.awaitMutuallySeen(alice, bob);
        assertAllArrive(sent);
        assertAllArrive(List.of(send(bob.self().id()), send(carol)));
    }

    @Test
    void nothingIsLostWithTheSendersServer() throws Exception {
        assertNothingIsLostWithout(alicesServer);
    }

    @Test
    void nothingIsLostWithTheReceiversServer() throws Exception {
        assertNothingIsLostWithout(1 - alicesServer);
    }
}
