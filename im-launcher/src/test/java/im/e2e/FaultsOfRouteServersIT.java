package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ImClient;
import im.client.TransferMode;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All route-servers die. alice and dave are at the first msg-server, bob is at the second. */
class FaultsOfRouteServersIT {
    private static final int SIZE = 500_000;
    /** How soon users of different servers are together again once a route-server is back. */
    private static final Duration TOGETHER_AGAIN = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private FaultyCluster cluster;
    private AcceptingReceiver bobsFiles;
    private AcceptingReceiver davesFiles;
    private final StatusNews toldToAlice = new StatusNews();
    private ImClient alice;
    private ImClient bob;
    private ImClient dave;
    private int files;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.start(folder, Map.of("msg-server.elsewhere.grace", "1s"));
        bobsFiles = new AcceptingReceiver(folder.resolve("bob"));
        davesFiles = new AcceptingReceiver(folder.resolve("dave"));
        alice = cluster.login("alice", 0, toldToAlice);
        bob = bobsFiles.is(cluster.login("bob", 1, bobsFiles));
        dave = davesFiles.is(cluster.login("dave", 0, davesFiles));
        FaultyCluster.awaitMutuallySeen(alice, bob);
        FaultyCluster.awaitMutuallySeen(dave, bob);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private SentFile send(ImClient to) throws Exception {
        Path path = TestFiles.make(folder.resolve("out"), "file-" + files++, SIZE + files);
        return new SentFile(alice, to.self().id(), path);
    }

    private static void assertSentOnline(SentFile file, AcceptingReceiver receiver) throws Exception {
        assertThat(Await.result(file.transfer()).mode()).isEqualTo(TransferMode.ONLINE);
        receiver.assertReceived(file.path());
    }

    @Test
    void withoutAnyLocalUsersGoOnAndTheOthersAreBackSoonAfterOneIs() throws Exception {
        cluster.killRouteServer(0);
        cluster.killRouteServer(1);
        Eventually.until(
                "alice is told that bob cannot be reached",
                () -> !FaultyCluster.sees(alice, bob.self().id()));
        FaultyCluster.awaitMutuallySeen(alice, dave, TOGETHER_AGAIN);
        assertSentOnline(send(dave), davesFiles);
        assertThat(Await.result(send(bob).transfer()).mode()).isEqualTo(TransferMode.OFFLINE);
        ImClient carol = cluster.login("carol", 1);

        cluster.startRouteServer(1);
        FaultyCluster.awaitMutuallySeen(alice, bob, TOGETHER_AGAIN);
        FaultyCluster.awaitMutuallySeen(alice, carol, TOGETHER_AGAIN);
        assertSentOnline(send(bob), bobsFiles);
    }

    @Test
    void usersOfAMsgServerThatComesBackLateToARestartedRouteServerAreSeenAgain() throws Exception {
        toldToAlice.awaitOnline(bob);
        cluster.toMiddle(1).forEach(FaultProxy::cut);
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.killRouteServer(i);
        }
        cluster.startRouteServer(0);
        cluster.toMiddle(1).forEach(FaultProxy::cut);
        toldToAlice.awaitOffline(bob);
        cluster.toMiddle(1).forEach(FaultProxy::heal);
        toldToAlice.awaitOnline(bob);
    }
}
