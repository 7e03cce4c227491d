package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.Transfer;
import im.client.TransferException;
import im.client.TransferException.Reason;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.netlib.Backoff;
import im.proto.base.ClientType;
import im.testkit.FaultProxy;
import im.testkit.FaultProxy.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Transfers to and from the store that break off and go on, through two msg-servers and two file-servers, with the bytes counted
 * that go over the wire.
 */
class ResumeIT {
    private static final long MIB = 1 << 20;

    /** What is on its way when a connection breaks is lost, and the last block that was kept is sent again. */
    private static final long LOST = 7 * MIB;

    private static final Backoff NEVER = new Backoff(Duration.ofDays(1), Duration.ofDays(1));

    @TempDir
    Path folder;

    private FaultyCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.start(folder, Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private List<FaultProxy> toFileServers() {
        return List.of(cluster.clientsToFileServer(0), cluster.clientsToFileServer(1));
    }

    private void breakAfter(Direction direction, long bytes) {
        toFileServers().forEach(proxy -> proxy.breakAfter(direction, bytes));
    }

    private long passed(Direction direction) {
        return toFileServers().stream()
                .mapToLong(proxy -> proxy.passed(direction))
                .sum();
    }

    private static int idOf(ImClient client, String name) throws Exception {
        return Await.result(client.users()).stream()
                .filter(user -> user.loginName().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }

    /** Somebody whose program ends before it goes on by itself. */
    private ImClient loginWithoutRetry(String user) throws Exception {
        HostAndPort server =
                HostAndPort.fromParts("127.0.0.1", cluster.msgServerAddress(0).getPort());
        return Await.result(
                ImClient.connect(ClientOptions.of(server, user, user + "pw").withBackoff(NEVER)));
    }

    private TransferResult store(ImClient alice, Path file) throws Exception {
        TransferResult sent = Await.result(alice.send(file, idOf(alice, "bob"), TransferListener.NONE));
        assertThat(sent.mode()).isEqualTo(TransferMode.OFFLINE);
        return sent;
    }

    private static OfflineFile onlyOffline(ImClient client) throws Exception {
        List<OfflineFile> files = Await.result(client.offlineFiles());
        assertThat(files).hasSize(1);
        return files.get(0);
    }

    private void assertBobGets(Path file) throws Exception {
        ImClient bob = cluster.login("bob", 1);
        TransferResult received =
                Await.result(bob.download(onlyOffline(bob), folder.resolve("in"), TransferListener.NONE));
        assertThat(received.verified()).isTrue();
        TestFiles.assertSame(received.path(), file);
    }

    /** Lets a transfer break and the program end. */
    private static final class EndedByBreak implements TransferListener {
        private final CompletableFuture<Void> broken = new CompletableFuture<>();

        @Override
        public void onRetry(TransferException why, Duration pause) {
            broken.complete(null);
        }

        void await(ImClient client, Transfer transfer) throws Exception {
            Await.result(broken);
            client.close();
            assertThat(Await.failure(transfer).reason()).isEqualTo(Reason.CANCELLED);
        }
    }

    // By itself

    @ParameterizedTest
    @ValueSource(longs = {1, 300_000, 9 * MIB, 20 * MIB - 1000})
    void anUploadGoesOnWhereverItBreaks(long bytes) throws Exception {
        long size = 20 * MIB;
        Path file = TestFiles.make(folder.resolve("out"), "file", size);
        ImClient alice = cluster.login("alice", 0);
        breakAfter(Direction.TO_TARGET, bytes);
        store(alice, file);
        assertThat(passed(Direction.TO_TARGET)).isBetween(size, size + LOST);
        assertBobGets(file);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 300_000, 9 * MIB, 20 * MIB - 1000})
    void aDownloadGoesOnWhereverItBreaks(long bytes) throws Exception {
        long size = 20 * MIB;
        Path file = TestFiles.make(folder.resolve("out"), "file", size);
        store(cluster.login("alice", 0), file);
        long before = passed(Direction.TO_CLIENTS);
        breakAfter(Direction.TO_CLIENTS, bytes);
        assertBobGets(file);
        assertThat(passed(Direction.TO_CLIENTS) - before).isBetween(size, size + LOST);
    }

    @Test
    void anUploadThatBreaksAgainAndAgainArrives() throws Exception {
        long size = 40 * MIB;
        Path file = TestFiles.make(folder.resolve("out"), "file", size);
        ImClient alice = cluster.login("alice", 0);
        List<Long> resumed = new ArrayList<>();
        breakAfter(Direction.TO_TARGET, 8 * MIB);
        Transfer sending = alice.send(file, idOf(alice, "bob"), new TransferListener() {
            @Override
            public void onResumed(long offset, long total) {
                resumed.add(offset);
                breakAfter(Direction.TO_TARGET, 8 * MIB);
            }
        });
        Await.result(sending);
        assertThat(resumed).hasSizeGreaterThan(3).isSorted();
        assertBobGets(file);
    }

    // With the program started again

    @Test
    void aFileThatIsSentAgainIsSentFromWhereItStopped() throws Exception {
        sendInTwoParts(64 * MIB);
    }

    @Test
    @Tag("slow")
    void aLargeFileThatIsSentAgainIsSentFromWhereItStopped() throws Exception {
        sendInTwoParts(1024 * MIB);
    }

    private void sendInTwoParts(long size) throws Exception {
        Path file = TestFiles.make(folder.resolve("out"), "file", size);
        ImClient alice = loginWithoutRetry("alice");
        EndedByBreak ended = new EndedByBreak();
        breakAfter(Direction.TO_TARGET, size / 2);
        ended.await(alice, alice.send(file, idOf(alice, "bob"), ended));
        assertThat(passed(Direction.TO_TARGET)).isLessThan(size / 2 + LOST);

        TransferResult sent = store(cluster.login("alice", 1), file);
        assertThat(sent.resumedAt()).isGreaterThan(size / 2 - LOST);
        assertThat(passed(Direction.TO_TARGET)).isBetween(size, size + LOST);
        assertBobGets(file);
    }

    @Test
    void aFileThatIsFetchedAgainIsFetchedFromWhereItStopped() throws Exception {
        fetchInTwoParts(64 * MIB);
    }

    @Test
    @Tag("slow")
    void aLargeFileThatIsFetchedAgainIsFetchedFromWhereItStopped() throws Exception {
        fetchInTwoParts(1024 * MIB);
    }

    private void fetchInTwoParts(long size) throws Exception {
        Path file = TestFiles.make(folder.resolve("out"), "file", size);
        store(cluster.login("alice", 0), file);
        ImClient bob = loginWithoutRetry("bob");
        long before = passed(Direction.TO_CLIENTS);
        EndedByBreak ended = new EndedByBreak();
        breakAfter(Direction.TO_CLIENTS, size / 2);
        ended.await(bob, bob.download(onlyOffline(bob), folder.resolve("in"), ended));

        bob = cluster.login("bob", 1);
        TransferResult received =
                Await.result(bob.download(onlyOffline(bob), folder.resolve("in"), TransferListener.NONE));
        assertThat(received.resumedAt()).isGreaterThan(size / 2 - LOST);
        assertThat(received.verified()).isTrue();
        assertThat(passed(Direction.TO_CLIENTS) - before).isBetween(size, size + LOST);
        TestFiles.assertSame(received.path(), file);
    }

    @Test
    void aFileThatHasChangedMeanwhileIsSentFromItsBeginning() throws Exception {
        long size = 20 * MIB;
        Path file = TestFiles.make(folder.resolve("out"), "file", size);
        ImClient alice = loginWithoutRetry("alice");
        EndedByBreak ended = new EndedByBreak();
        breakAfter(Direction.TO_TARGET, size / 2);
        ended.await(alice, alice.send(file, idOf(alice, "bob"), ended));
        Path changed = TestFiles.changeFirstByte(file);

        assertThat(store(cluster.login("alice", 1), changed).resumedAt()).isZero();
        assertBobGets(changed);
    }

    // Several at once

    @Test
    void severalDevicesFetchOneFileIndependently() throws Exception {
        Path file = TestFiles.make(folder.resolve("out"), "file", 20 * MIB);
        store(cluster.login("alice", 0), file);
        toFileServers().forEach(proxy -> proxy.delay(Duration.ofMillis(20)));
        ImClient desktop = cluster.login("bob", 0);
        ImClient mobile = loginOnMobile("bob");
        CompletableFuture<Void> desktopBegun = new CompletableFuture<>();
        CompletableFuture<Void> mobileBegun = new CompletableFuture<>();
        Transfer one = desktop.download(onlyOffline(desktop), folder.resolve("desktop"), begun(desktopBegun));
        Transfer other = mobile.download(onlyOffline(mobile), folder.resolve("mobile"), begun(mobileBegun));
        Await.result(desktopBegun);
        Await.result(mobileBegun);
        TestFiles.assertSame(Await.result(one).path(), file);
        TestFiles.assertSame(Await.result(other).path(), file);
        mobile.close();
    }

    private ImClient loginOnMobile(String user) throws Exception {
        HostAndPort server =
                HostAndPort.fromParts("127.0.0.1", cluster.msgServerAddress(1).getPort());
        ClientOptions options =
                ClientOptions.of(server, user, user + "pw").withClientType(ClientType.CLIENT_TYPE_ANDROID);
        return Await.result(ImClient.connect(options, ClientListener.NONE));
    }

    private static TransferListener begun(CompletableFuture<Void> begun) {
        return new TransferListener() {
            @Override
            public void onProgress(long done, long total) {
                begun.complete(null);
            }
        };
    }
}
