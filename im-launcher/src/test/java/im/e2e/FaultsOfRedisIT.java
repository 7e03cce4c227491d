package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.ImClient;
import im.client.Transfer;
import im.client.TransferListener;
import im.client.TransferMode;
import im.proto.base.KickReasonType;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Redis that makes two msg-servers one dies and starts again, empty. alice and dave are at the first, bob and carol at the second. */
class FaultsOfRedisIT {
    private static final int SIZE = 30 << 20;

    @TempDir
    Path folder;

    private FaultyCluster cluster;
    private AcceptingReceiver bobsFiles;
    private final StatusNews toldToAlice = new StatusNews();
    private final CompletableFuture<KickReasonType> daveKicked = new CompletableFuture<>();
    private ImClient alice;
    private ImClient dave;
    private ImClient bob;
    private ImClient carol;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.startOverRedis(folder, Map.of("msg-server.elsewhere.grace", "1s"));
        alice = cluster.login("alice", 0, toldToAlice);
        dave = cluster.login("dave", 0, new ClientListener() {
            @Override
            public void onKicked(KickReasonType reason) {
                daveKicked.complete(reason);
            }
        });
        bobsFiles = new AcceptingReceiver(folder.resolve("bob"));
        bob = bobsFiles.is(cluster.login("bob", 1, bobsFiles));
        carol = cluster.login("carol", 1);
        FaultyCluster.awaitMutuallySeen(alice, bob);
        FaultyCluster.awaitMutuallySeen(dave, carol);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static boolean sees(ImClient asked, ImClient user) {
        return FaultyCluster.sees(asked, user.self().id());
    }

    private void stallTransfers() {
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.clientsToFileServer(i).stall();
        }
    }

    private void healTransfers() {
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.clientsToFileServer(i).heal();
        }
    }

    @Test
    void aTransferUnderWayIsNotDisturbed() throws Exception {
        CompletableFuture<Void> underWay = new CompletableFuture<>();
        Path file = TestFiles.make(folder.resolve("out"), "file", SIZE);
        Transfer sending = alice.send(file, bob.self().id(), new TransferListener() {
            @Override
            public void onProgress(long done, long total) {
                if (!underWay.isDone()) {
                    stallTransfers();
                    underWay.complete(null);
                }
            }
        });
        Await.result(underWay);
        cluster.killRedis();
        toldToAlice.awaitOffline(bob);
        assertThat(sees(alice, dave)).isTrue();
        cluster.startRedis();
        FaultyCluster.awaitMutuallySeen(alice, bob);
        assertThat(sending.result()).isNotDone();
        healTransfers();
        assertThat(Await.result(sending).mode()).isEqualTo(TransferMode.ONLINE);
        bobsFiles.assertReceived(file);
    }

    @Test
    void whoCameAndWentMeanwhileIsKnownAfterwards() throws Exception {
        cluster.killRedis();
        dave.close();
        carol.close();
        ImClient frank = cluster.login("frank", 0);
        ImClient erin = cluster.login("erin", 1);
        cluster.startRedis();
        FaultyCluster.awaitMutuallySeen(alice, bob);
        FaultyCluster.awaitMutuallySeen(frank, erin);
        toldToAlice.awaitOnline(erin);
        toldToAlice.awaitOffline(carol);
        Eventually.until("bob sees dave away", () -> !sees(bob, dave));
        assertThat(sees(alice, carol)).isFalse();
        erin.close();
        toldToAlice.awaitOffline(erin);
    }

    @Test
    void whatWasStoredMeanwhileIsToldAfterwardsAndOnce() throws Exception {
        Inbox ofErin = new Inbox();
        ImClient erin = cluster.login("erin", 1, ofErin);
        for (int round = 0; round < 2; round++) {
            FaultyCluster.awaitMutuallySeen(dave, erin);
            cluster.killRedis();
            Eventually.until("dave sees erin no more", () -> !sees(dave, erin));
            Path file = TestFiles.make(folder.resolve("out"), "file-" + round, 100);
            Await.result(dave.send(file, erin.self().id(), TransferListener.NONE));
            cluster.startRedis();
            // Both msg-servers know of it: one has stored it, the other finds it in the database.
            assertThat(ofErin.nextReady().fileName()).isEqualTo("file-" + round);
        }
    }

    @Test
    void whatWasStoredByOneThatWasCutOffAloneIsToldByItAfterwards() throws Exception {
        Inbox ofErin = new Inbox();
        ImClient erin = cluster.login("erin", 1, ofErin);
        FaultyCluster.awaitMutuallySeen(dave, erin);
        cluster.toMiddle(0).forEach(FaultProxy::cut);
        Eventually.until("dave sees erin no more", () -> !sees(dave, erin));
        Path file = TestFiles.make(folder.resolve("out"), "file", 100);
        Await.result(dave.send(file, erin.self().id(), TransferListener.NONE));
        cluster.toMiddle(0).forEach(FaultProxy::heal);
        assertThat(ofErin.nextReady().fileName()).isEqualTo("file");
    }

    @Test
    void afterwardsALoginElsewhereEndsTheFirst() throws Exception {
        cluster.killRedis();
        Eventually.until("both sides have lost each other", () -> !sees(alice, bob) && !sees(bob, alice));
        cluster.startRedis();
        FaultyCluster.awaitMutuallySeen(dave, bob);
        cluster.login("dave", 1);
        assertThat(Await.result(daveKicked)).isEqualTo(KickReasonType.KICK_REASON_DUPLICATE_USER);
    }
}
