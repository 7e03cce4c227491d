package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.client.ImClient;
import im.client.LoginRefusedException;
import im.client.TransferMode;
import im.proto.base.ResultType;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The msg-servers lose all db-proxies while alice sends to bob, who is at the other one. */
class FaultsOfDbProxyIT {
    private static final int SIZE = 1_000_000;
    private static final Duration PACE = Duration.ofMillis(10);
    /** More than the 2 s that a call to a db-proxy may take here. */
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private FaultyCluster cluster;
    private AcceptingReceiver bobsFiles;
    private ImClient alice;
    private ImClient bob;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.start(folder, Map.of("msg-server.link.call-timeout", "2s"));
        bobsFiles = new AcceptingReceiver(folder.resolve("bob"));
        alice = cluster.login("alice", 0);
        bob = bobsFiles.is(cluster.login("bob", 1, bobsFiles));
        FaultyCluster.awaitMutuallySeen(alice, bob);
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            cluster.clientsToFileServer(i).delay(PACE);
        }
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private SentFile sendToBob(String name) throws Exception {
        return new SentFile(alice, bob.self().id(), TestFiles.make(folder.resolve("out"), name, SIZE));
    }

    private void assertArrivedOnline(SentFile file) throws Exception {
        assertThat(Await.result(file.transfer()).mode()).isEqualTo(TransferMode.ONLINE);
        bobsFiles.assertReceived(file.path());
    }

    private void assertLoginsAreRefused() {
        for (int i = 0; i < FaultyCluster.SERVERS; i++) {
            int msgServer = i;
            long before = System.nanoTime();
            assertThatThrownBy(() -> cluster.login("carol", msgServer))
                    .hasCauseInstanceOf(LoginRefusedException.class)
                    .cause()
                    .extracting(refused -> ((LoginRefusedException) refused).resultType())
                    .isEqualTo(ResultType.REFUSE_REASON_NO_DB_SERVER);
            assertThat(System.nanoTime() - before).isLessThan(REFUSED_WITHIN.toNanos());
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private void assertOnlyLoginsSuffer(Step fault, Step repair) throws Exception {
        SentFile before = sendToBob("before");
        Eventually.until("the file is on its way", before::isUnderWay);
        fault.run();
        SentFile meanwhile = sendToBob("meanwhile");
        assertLoginsAreRefused();
        assertArrivedOnline(before);
        assertArrivedOnline(meanwhile);
        FaultyCluster.awaitMutuallySeen(alice, bob);

        repair.run();
        Eventually.until("carol can log in", () -> canLogIn("carol", 0));
        Eventually.until("dave can log in", () -> canLogIn("dave", 1));
    }

    private boolean canLogIn(String user, int msgServer) {
        try {
            cluster.login(user, msgServer);
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    private void heal() {
        cluster.toDbProxies().forEach(FaultProxy::heal);
    }

    @Test
    void killedOnlyLoginsAreRefused() throws Exception {
        assertOnlyLoginsSuffer(
                () -> {
                    for (int i = 0; i < FaultyCluster.SERVERS; i++) {
                        cluster.killDbProxy(i);
                    }
                },
                () -> cluster.startDbProxy(1));
    }

    @Test
    void cutOffOnlyLoginsAreRefused() throws Exception {
        assertOnlyLoginsSuffer(() -> cluster.toDbProxies().forEach(FaultProxy::cut), this::heal);
    }

    @Test
    void silentOnlyLoginsAreRefused() throws Exception {
        assertOnlyLoginsSuffer(() -> cluster.toDbProxies().forEach(FaultProxy::stall), this::heal);
    }
}
