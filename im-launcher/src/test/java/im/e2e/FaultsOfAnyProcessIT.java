package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ConnectionState;
import im.client.FileOffer;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.ServerUnreachableException;
import im.client.Transfer;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.User;
import im.e2e.ProcessCluster.Kind;
import im.e2e.ProcessCluster.Member;
import im.netlib.AddressSource;
import im.proto.base.UserStatType;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import im.testkit.FaultProxy.Direction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any one process of a cluster is killed while a hundred files are on their way: alice sends to bob, who is there, and to carol, who
 * is away, half of the files through each file-server. alice begins at the first msg-server and bob at the second; when they lose it,
 * they ask the login-server.
 */
class FaultsOfAnyProcessIT {
    private static final List<String> USERS = List.of("alice", "bob", "carol", "dave", "erin");
    private static final int FILE_SERVERS = 2;
    private static final int TRANSFERS_PER_FILE_SERVER = 50;
    private static final int MIN_SIZE = 64 << 10;
    /** Sizes go from the smallest to this many times that, small ones more often. */
    private static final int MAX_FACTOR = 32;

    private static final Duration PACE = Duration.ofMillis(10);
    /** Through each file-server; less than a quarter of what is sent. */
    private static final long MOVED_AT_FIRST = 6 << 20;

    private static final int CALLS = 30;
    /** How soon everybody knows what has become of what was under way. */
    private static final Duration CLEAR_STATE = Duration.ofSeconds(5);

    @TempDir
    static Path folder;

    private static ProcessCluster cluster;
    /** Goes on from test to test: names of files are never used again. */
    private static int files;

    private final Random random = new Random(22);
    private final Path out = folder.resolve("out");
    private AcceptingReceiver bobsFiles;
    private Noted alicesNotes;
    private Noted bobsNotes;
    private ImClient alice;
    private ImClient bob;
    private Map<String, Integer> ids;

    @BeforeAll
    static void startProcesses() throws Exception {
        cluster = ProcessCluster.start(FaultsOfAnyProcessIT.class, folder, USERS);
    }

    @AfterAll
    static void stopProcesses() {
        cluster.close();
    }

    @BeforeEach
    void logIn() throws Exception {
        awaitThatEverybodyHasLeft();
        bobsFiles = new AcceptingReceiver(folder.resolve("bob"));
        alicesNotes = new Noted(0, ClientListener.NONE);
        bobsNotes = new Noted(1, bobsFiles);
        alice = cluster.login("alice", alicesNotes, alicesNotes);
        bob = bobsFiles.is(cluster.login("bob", bobsNotes, bobsNotes));
        FaultyCluster.awaitMutuallySeen(alice, bob);
        ids = Await.result(alice.users()).stream()
                .collect(Collectors.toMap(user -> user.loginName(), user -> user.id()));
    }

    @AfterEach
    void logOut() {
        cluster.logOutEverybody();
    }

    /** That they left after the test before shall be no news any more. */
    private static void awaitThatEverybodyHasLeft() throws Exception {
        for (int msgServer = 0; msgServer < 2; msgServer++) {
            try (ImClient erin = cluster.login("erin", msgServer)) {
                for (User user : Await.result(erin.users())) {
                    Eventually.until(
                            user + " has left", () -> user.equals(erin.self()) || !FaultyCluster.sees(erin, user.id()));
                }
            }
        }
    }

    /** What a client was told that nobody wants to hear; and where it is: first at one msg-server, then where the login-server says. */
    private static final class Noted implements ClientListener, AddressSource {
        private final ClientListener offers;
        private final Set<Integer> gone = ConcurrentHashMap.newKeySet();
        private volatile HostAndPort last;
        private volatile boolean lostItsServer;

        Noted(int firstMsgServer, ClientListener offers) {
            this.last = cluster.msgServer(firstMsgServer);
            this.offers = offers;
        }

        @Override
        public CompletableFuture<HostAndPort> next() {
            return lostItsServer
                    ? cluster.loginServer().next().thenApply(address -> last = address)
                    : CompletableFuture.completedFuture(last);
        }

        @Override
        public void onFileOffer(FileOffer offer) {
            offers.onFileOffer(offer);
        }

        @Override
        public void onPresence(int user, UserStatType status) {
            if (status == UserStatType.USER_STATUS_OFFLINE) {
                gone.add(user);
            }
        }

        @Override
        public void onConnectionState(ConnectionState state) {
            lostItsServer |= state == ConnectionState.RECONNECTING;
        }
    }

    // Files

    private SentFile send(String to, int size) throws Exception {
        return new SentFile(alice, ids.get(to), TestFiles.make(out, "file-" + files++, size));
    }

    private SentFile sendAny(String to) throws Exception {
        return send(to, (int) (MIN_SIZE * Math.pow(MAX_FACTOR, random.nextDouble())));
    }

    private boolean isToBob(SentFile file) {
        return file.to() == bob.self().id();
    }

    /** Makes sure that what alice sends next goes through this file-server. */
    private void useOnly(int fileServer) {
        cluster.connect(fileServer);
        cluster.disconnect(1 - fileServer);
        Eventually.until("files go through file-server " + fileServer, this::canSend);
    }

    private boolean canSend() {
        try {
            return Await.result(send("erin", 1).transfer().result().handle((sent, failure) -> failure == null));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Sends half of all files through this one, none of which moves. */
    private List<SentFile> sendThrough(int fileServer) throws Exception {
        useOnly(fileServer);
        cluster.clientsToFileServer(fileServer).stall();
        cluster.clientsToFileServer(fileServer).delay(PACE);
        List<SentFile> sent = new ArrayList<>();
        for (int i = 0; i < TRANSFERS_PER_FILE_SERVER; i++) {
            sent.add(sendAny(i % 2 == 0 ? "bob" : "carol"));
        }
        for (SentFile file : sent) {
            assertThat(file.awaitStarted()).isEqualTo(isToBob(file) ? TransferMode.ONLINE : TransferMode.OFFLINE);
        }
        bobsFiles.awaitOffered(sent.stream().filter(this::isToBob).toList());
        return sent;
    }

    /**
     * By file-server. When this returns nothing moves, until {@link #goOn}: only so many bytes have passed, so many files are on their
     * way, and the smallest may have arrived.
     */
    private List<List<SentFile>> sendAll() throws Exception {
        List<List<SentFile>> sent = List.of(sendThrough(0), sendThrough(1));
        for (int i = 0; i < FILE_SERVERS; i++) {
            FaultProxy network = cluster.clientsToFileServer(i);
            cluster.connect(i);
            long before = network.passed(Direction.TO_TARGET);
            network.stallAfter(Direction.TO_TARGET, MOVED_AT_FIRST);
            network.heal();
            Eventually.until(
                    "files are on their way", () -> network.passed(Direction.TO_TARGET) - before >= MOVED_AT_FIRST);
            assertThat(SentFile.underWay(sent.get(i))).isPositive();
        }
        return sent;
    }

    private void goOn() {
        for (int i = 0; i < FILE_SERVERS; i++) {
            cluster.clientsToFileServer(i).heal();
        }
    }

    private static List<SentFile> both(List<List<SentFile>> sent) {
        return sent.stream().flatMap(List::stream).toList();
    }

    private void assertSent(SentFile file) throws Exception {
        TransferMode mode = Await.result(file.transfer()).mode();
        assertThat(mode).isEqualTo(isToBob(file) ? TransferMode.ONLINE : TransferMode.OFFLINE);
        if (isToBob(file)) {
            bobsFiles.assertReceived(file.path());
        }
    }

    private void assertAllSentUndisturbed(List<SentFile> sent) throws Exception {
        for (SentFile file : sent) {
            assertSent(file);
            assertThat(file.brokeOff()).as("broke off: " + file.path()).isFalse();
        }
    }

    /** Bytes and all. One that a file-server had stored when it died, and another one stored again, is there twice, now or later. */
    private void assertCarolGets(List<SentFile> sent) throws Exception {
        ImClient carol = cluster.login("carol", 1);
        List<Transfer> downloads = new ArrayList<>();
        for (OfflineFile file : Await.result(carol.offlineFiles())) {
            Path in = Files.createDirectories(folder.resolve("carol").resolve(file.taskId()));
            downloads.add(carol.download(file, in, TransferListener.NONE));
        }
        Set<Path> received = new HashSet<>();
        for (Transfer download : downloads) {
            Path path = Await.result(download).path();
            Path original = out.resolve(path.getFileName());
            TestFiles.assertSame(path, original);
            received.add(original);
        }
        assertThat(received)
                .containsAll(sent.stream()
                        .filter(file -> !isToBob(file))
                        .map(SentFile::path)
                        .toList());
    }

    /** What goes on while the process is dead; then it comes back, and nothing was lost. */
    private void assertNothingIsLost(Member killed, List<SentFile> sent) throws Exception {
        List<SentFile> all = new ArrayList<>(sent);
        for (String to : List.of("bob", "carol")) {
            SentFile file = sendAny(to);
            assertSent(file);
            all.add(file);
        }
        cluster.startAgain(killed);
        for (int i = 0; i < FILE_SERVERS; i++) {
            cluster.clientsToFileServer(i).delay(Duration.ZERO);
        }
        assertCarolGets(all);
    }

    private void assertNobodyNoticed() {
        assertThat(alicesNotes.lostItsServer).isFalse();
        assertThat(bobsNotes.lostItsServer).isFalse();
        assertThat(alicesNotes.gone).doesNotContain(bob.self().id());
        assertThat(bobsNotes.gone).doesNotContain(alice.self().id());
        FaultyCluster.awaitMutuallySeen(alice, bob);
    }

    // What each may cost

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void transfersOfAKilledFileServerEndSoonAndCanBeSentAgainAndOthersFinish(int index) throws Exception {
        List<List<SentFile>> sent = sendAll();
        List<SentFile> onKilled = sent.get(index);
        Member killed = new Member(Kind.FILE_SERVER, index);
        cluster.kill(killed);
        goOn();
        Eventually.until(
                "everybody knows what became of all transfers",
                CLEAR_STATE,
                () -> onKilled.stream().allMatch(this::isClear));
        assertAllSentUndisturbed(sent.get(1 - index));

        List<SentFile> failed = new ArrayList<>();
        List<SentFile> all = new ArrayList<>(sent.get(1 - index));
        for (SentFile file : onKilled) {
            if (file.isOver() && file.failedClearly()) {
                failed.add(file);
            } else {
                // Before, or by the other file-server: uploads that had begun go on by themselves.
                assertSent(file);
                all.add(file);
            }
        }
        assertThat(failed).isNotEmpty();
        List<SentFile> again = failed.stream()
                .map(file -> new SentFile(alice, file.to(), file.path()))
                .toList();
        assertAllSentUndisturbed(again);
        all.addAll(again);
        assertNobodyNoticed();
        assertNothingIsLost(killed, all);
    }

    /** Over for both sides, or told to go on. */
    private boolean isClear(SentFile file) {
        return isToBob(file) ? file.isOver() && bobsFiles.isOver(file.path()) : file.isOver() || file.brokeOff();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void clientsOfAKilledMsgServerGoToTheOtherAndTransfersAreNotDisturbed(int index) throws Exception {
        List<SentFile> sent = both(sendAll());
        Member killed = new Member(Kind.MSG_SERVER, index);
        Noted itsClient = index == 0 ? alicesNotes : bobsNotes;
        Noted others = index == 0 ? bobsNotes : alicesNotes;
        goOn();
        cluster.kill(killed);
        Eventually.until("its client has noticed", () -> itsClient.lostItsServer);
        FaultyCluster.awaitMutuallySeen(alice, bob);
        assertThat(itsClient.last).isEqualTo(cluster.msgServer(1 - index));
        assertThat(others.lostItsServer).isFalse();
        assertAllSentUndisturbed(sent);
        assertNothingIsLost(killed, sent);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void nobodyNoticesAKilledRouteServer(int index) throws Exception {
        List<SentFile> sent = both(sendAll());
        Member killed = new Member(Kind.ROUTE_SERVER, index);
        goOn();
        cluster.kill(killed);
        ImClient dave = cluster.login("dave", 1);
        FaultyCluster.awaitMutuallySeen(alice, dave);
        dave.close();
        Eventually.until("alice sees dave leave", () -> !FaultyCluster.sees(alice, ids.get("dave")));
        assertAllSentUndisturbed(sent);
        assertNothingIsLost(killed, sent);
        assertNobodyNoticed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void onlyCallsInFlightFailWithAKilledDbProxyAndOnlyOnce(int index) throws Exception {
        List<SentFile> sent = both(sendAll());
        Member killed = new Member(Kind.DB_PROXY, index);
        List<CompletableFuture<?>> calls = callTheDatabase();
        goOn();
        cluster.kill(killed);
        Eventually.until(
                "all calls have ended", CLEAR_STATE, () -> calls.stream().allMatch(CompletableFuture::isDone));
        for (CompletableFuture<?> call : callTheDatabase()) {
            Await.result(call);
        }
        for (int msgServer = 0; msgServer < 2; msgServer++) {
            cluster.login("dave", msgServer);
        }
        assertAllSentUndisturbed(sent);
        assertNothingIsLost(killed, sent);
        assertNobodyNoticed();
    }

    private List<CompletableFuture<?>> callTheDatabase() {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(alice.users());
            calls.add(bob.offlineFiles());
        }
        return calls;
    }

    @Test
    void aKilledLoginServerIsMissedByNewClientsOnly() throws Exception {
        List<SentFile> sent = both(sendAll());
        Member killed = new Member(Kind.LOGIN_SERVER, 0);
        goOn();
        cluster.kill(killed);
        assertThatThrownBy(() -> cluster.login("dave", cluster.loginServer(), ClientListener.NONE))
                .hasCauseInstanceOf(ServerUnreachableException.class);
        assertAllSentUndisturbed(sent);
        assertNothingIsLost(killed, sent);
        assertNobodyNoticed();
        cluster.login("dave", cluster.loginServer(), ClientListener.NONE);
    }
}
