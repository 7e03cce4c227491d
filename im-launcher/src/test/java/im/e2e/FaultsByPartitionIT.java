package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ImClient;
import im.client.TransferListener;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing passes between one msg-server and the route-servers for a while. alice and bob are at that one, carol and dave at the
 * other; meanwhile bob and dave leave, and erin and frank come.
 */
class FaultsByPartitionIT {
    @TempDir
    Path folder;

    private FaultyCluster cluster;
    private final StatusNews toldToAlice = new StatusNews();
    private final StatusNews toldToCarol = new StatusNews();
    private ImClient alice;
    private ImClient bob;
    private ImClient carol;
    private ImClient dave;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.start(
                folder,
                Map.of(
                        "msg-server.elsewhere.grace", "1s",
                        "msg-server.link.heartbeat", "500ms",
                        "msg-server.link.idle", "2s",
                        "msg-server.link.handshake-timeout", "1s",
                        "file-server.link.heartbeat", "500ms",
                        "db-proxy.link.heartbeat", "500ms",
                        "login-server.link.heartbeat", "500ms",
                        "route-server.link.heartbeat", "500ms",
                        "route-server.link.idle", "2s"));
        alice = cluster.login("alice", 0, toldToAlice);
        bob = cluster.login("bob", 0);
        carol = cluster.login("carol", 1, toldToCarol);
        dave = cluster.login("dave", 1);
        FaultyCluster.awaitMutuallySeen(alice, carol);
        FaultyCluster.awaitMutuallySeen(alice, dave);
        FaultyCluster.awaitMutuallySeen(carol, bob);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private void assertNoGhosts(ImClient erin, ImClient frank) {
        awaitPresence(alice, carol, true);
        awaitPresence(alice, erin, true);
        awaitPresence(alice, frank, true);
        awaitPresence(alice, bob, false);
        awaitPresence(alice, dave, false);
        awaitPresence(carol, alice, true);
        awaitPresence(carol, erin, true);
        awaitPresence(carol, frank, true);
        awaitPresence(carol, bob, false);
        awaitPresence(carol, dave, false);
    }

    private static void awaitPresence(ImClient asked, ImClient user, boolean online) {
        String what = asked.self().loginName() + " sees " + user.self().loginName() + (online ? " there" : " away");
        Eventually.until(what, () -> FaultyCluster.sees(asked, user.self().id()) == online);
    }

    @Test
    void healedAfterBothSidesGaveUpThereAreNoGhosts() throws Exception {
        cluster.toMiddle(0).forEach(FaultProxy::stall);
        bob.close();
        dave.close();
        Eventually.until(
                "both sides have lost each other",
                () -> !FaultyCluster.sees(alice, carol.self().id())
                        && !FaultyCluster.sees(carol, alice.self().id()));
        ImClient erin = cluster.login("erin", 1);
        ImClient frank = cluster.login("frank", 0);
        assertThat(FaultyCluster.sees(alice, frank.self().id())).isTrue();
        cluster.toMiddle(0).forEach(FaultProxy::heal);
        assertNoGhosts(erin, frank);
    }

    @Test
    void healedBeforeAnybodyNoticedThereAreNoGhosts() throws Exception {
        cluster.toMiddle(0).forEach(FaultProxy::stall);
        bob.close();
        dave.close();
        ImClient erin = cluster.login("erin", 1);
        ImClient frank = cluster.login("frank", 0);
        cluster.toMiddle(0).forEach(FaultProxy::heal);
        assertNoGhosts(erin, frank);
    }

    @Test
    void cutOffOnceInAWhileThereAreNoGhosts() throws Exception {
        cluster.toMiddle(0).forEach(FaultProxy::cut);
        bob.close();
        dave.close();
        ImClient erin = cluster.login("erin", 1);
        ImClient frank = cluster.login("frank", 0);
        cluster.toMiddle(0).forEach(FaultProxy::heal);
        assertNoGhosts(erin, frank);
    }

    private void partition() throws Exception {
        toldToAlice.awaitOnline(dave);
        cluster.toMiddle(0).forEach(FaultProxy::cut);
        bob.close();
        dave.close();
    }

    @Test
    void aUserWhoLeftDuringAPartitionIsToldOfflineAfterIt() throws Exception {
        partition();
        cluster.toMiddle(0).forEach(FaultProxy::heal);
        toldToAlice.awaitOffline(dave);
        toldToCarol.awaitOffline(bob);
        toldToAlice.awaitOnline(carol);
        toldToCarol.awaitOnline(alice);
    }

    @Test
    void aUserWhoCameDuringAPartitionIsToldOnlineAfterIt() throws Exception {
        partition();
        ImClient erin = cluster.login("erin", 1);
        ImClient frank = cluster.login("frank", 0);
        cluster.toMiddle(0).forEach(FaultProxy::heal);
        toldToAlice.awaitOnline(erin);
        toldToCarol.awaitOnline(frank);
    }

    @Test
    void usersBeyondALongPartitionAreToldOfflineAndOnlineAgainAfterIt() throws Exception {
        partition();
        toldToAlice.awaitOffline(carol);
        toldToAlice.awaitOffline(dave);
        toldToCarol.awaitOffline(alice);
        cluster.toMiddle(0).forEach(FaultProxy::heal);
        toldToAlice.awaitOnline(carol);
        toldToCarol.awaitOnline(alice);
    }

    @Test
    void filesStoredOnEitherSideOfAPartitionAreToldAfterItAndOnce() throws Exception {
        Inbox ofErin = new Inbox();
        Inbox ofFrank = new Inbox();
        ImClient erin = cluster.login("erin", 0, ofErin);
        ImClient frank = cluster.login("frank", 1, ofFrank);
        for (int round = 0; round < 2; round++) {
            FaultyCluster.awaitMutuallySeen(erin, frank);
            cluster.toMiddle(0).forEach(FaultProxy::cut);
            Eventually.until(
                    "both sides have lost each other",
                    () -> !FaultyCluster.sees(erin, frank.self().id())
                            && !FaultyCluster.sees(frank, erin.self().id()));
            Path toErin = TestFiles.make(folder.resolve("out"), "to-erin-" + round, 100);
            Path toFrank = TestFiles.make(folder.resolve("out"), "to-frank-" + round, 100);
            Await.result(frank.send(toErin, erin.self().id(), TransferListener.NONE));
            Await.result(erin.send(toFrank, frank.self().id(), TransferListener.NONE));
            cluster.toMiddle(0).forEach(FaultProxy::heal);
            // Files of the first round still wait in the second, and are not told again.
            assertThat(ofErin.nextReady().fileName()).isEqualTo("to-erin-" + round);
            assertThat(ofFrank.nextReady().fileName()).isEqualTo("to-frank-" + round);
        }
    }

    @Test
    void whoComesAndGoesWhileOneRouteServerOfTwoIsCutOffIsToldAllTheSame() throws Exception {
        for (FaultProxy lost : cluster.toMiddle(0)) {
            lost.cut();
            ImClient erin = cluster.login("erin", 1);
            toldToAlice.awaitOnline(erin);
            erin.close();
            toldToAlice.awaitOffline(erin);
            lost.heal();
        }
    }
}
