package im.msg.domain;

import static im.msg.domain.KnownServers.HERE;
import static im.msg.domain.KnownServers.TASK;
import static im.msg.domain.KnownServers.THERE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import im.msg.domain.OfflineFiles.Fate;
import im.netlib.Backoff;
import im.netlib.LinkLostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoredFilesTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);
    private static final UserId CAROL = new UserId(3);

    private final OnlineUsers online = new OnlineUsers();
    private final RecordedRoute route = new RecordedRoute();
    private final KnownServers servers = new KnownServers();
    private final ScriptedOfflineFiles files = new ScriptedOfflineFiles();
    private final PushedTimer timer = new PushedTimer();
    private final OfflineRecords records = new OfflineRecords(
            files,
            timer,
            new OfflineRecords.Patience(
                    new Backoff(Duration.ofMillis(1), Duration.ofMillis(2)),
                    Duration.ofMinutes(1),
                    1,
                    10,
                    Duration.ofMillis(100)),
            new Random(1));
    private final RecentTasks tasks = new RecentTasks(10, Duration.ofHours(1));
    private final KnownGroups groups = new KnownGroups(ALICE, BOB, CAROL);
    private final StoredFiles stored =
            new StoredFiles(servers, files, records, tasks, new Receivers(online, new Outbox(route, 9)), groups);
    private final RecordedClient bob = new RecordedClient(2, ClientKind.WINDOWS);

    @BeforeEach
    void bobIsHere() {
        online.add(bob);
    }

    private void created(TransferMode mode) {
        tasks.remember(new FileOffer(
                FileRequest.of(ALICE, BOB, "f", 7, mode, Optional.empty()),
                new CreatedTask(TASK, "there", List.of(THERE), Optional.empty()),
                Optional.empty(),
                Optional.empty()));
    }

    private static OfflineFile bare(String fileName) {
        return OfflineFile.of(TASK, ALICE, BOB, fileName, 7);
    }

    private static OfflineFile announced(String baseName) {
        return new OfflineFile(
                TASK,
                ALICE,
                BOB,
                baseName,
                7,
                Optional.of("there"),
                Optional.of(Instant.ofEpochSecond(2_000_000_000)),
                Optional.of(Hashing.sha256().hashInt(7)),
                OptionalInt.empty());
    }

    @Test
    void theReceiverIsToldOnceWhatAFileServerStoredIsRecorded() {
        CompletableFuture<Fate> recorded = stored.stored(announced("f"));
        assertThat(files.added).isEqualTo(announced("f"));
        assertThat(bob.told).isEmpty();
        files.succeed();
        assertThat(recorded).isCompletedWithValue(Fate.WAITS);
        assertThat(bob.told).containsExactly("f stored OFFLINE");
        assertThat(route.told).containsExactly("fan out f stored");
    }

    private static OfflineFile forGroup() {
        return new OfflineFile(
                TASK,
                ALICE,
                UserId.NOBODY,
                "f",
                7,
                Optional.of("there"),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(KnownGroups.GROUP));
    }

    @Test
    void everyMemberButTheSenderIsToldOfAGroupsFile() {
        RecordedClient alice = new RecordedClient(1, ClientKind.WINDOWS);
        RecordedClient carol = new RecordedClient(3, ClientKind.MAC);
        online.add(alice);
        online.add(carol);
        stored.stored(forGroup());
        assertThat(bob.told).isEmpty();
        files.succeed();
        assertThat(bob.told).containsExactly("f stored OFFLINE");
        assertThat(carol.told).containsExactly("f stored OFFLINE");
        assertThat(alice.told).isEmpty();
        assertThat(route.told).containsExactly("fan out f stored", "fan out f stored");
    }

    @Test
    void aGroupsFileIsRecordedAlsoWhenNobodyCanSayWhoIsInIt() {
        groups.members = CompletableFuture.failedFuture(new LinkLostException("away"));
        CompletableFuture<Fate> recorded = stored.stored(forGroup());
        files.succeed();
        assertThat(recorded).isCompletedWithValue(Fate.WAITS);
        assertThat(bob.told).isEmpty();
    }

    @Test
    void eachMemberGetsATokenOfHisOwn() throws Exception {
        files.waiting = List.of(forGroup().forMember(BOB));
        assertThat(stored.waitingFor(bob).get().files().get(0).token())
                .contains(KnownServers.tokenFor(TASK, BOB, TransferRole.DOWNLOADER));
    }

    @Test
    void theReceiverIsNotToldOfAFileThatItHasDeleted() {
        CompletableFuture<Fate> recorded = stored.stored(announced("f"));
        files.succeed(Fate.GONE);
        assertThat(recorded).isCompletedWithValue(Fate.GONE);
        assertThat(bob.told).isEmpty();
    }

    @Test
    void theFileServerHearsThatARecordFailedAndRepeatsIt() {
        CompletableFuture<Fate> recorded = stored.stored(announced("f"));
        files.fail(new LinkLostException("away"));
        assertThat(recorded).isCompletedExceptionally();
        timer.push(Duration.ofMinutes(1));
        assertThat(files.asked).hasSize(1);
        stored.stored(announced("f"));
        files.succeed();
        assertThat(bob.told).containsExactly("f stored OFFLINE");
    }

    @Test
    void whatCannotBeCalledThatIsNotRecorded() {
        assertThat(stored.stored(announced(".."))).isCompletedExceptionally();
        assertThat(files.asked).isEmpty();
    }

    @Test
    void anExpiredFileIsDeletedForItsReceiver() {
        CompletableFuture<Fate> deleted = stored.expired(TASK, ALICE, BOB);
        assertThat(files.asked).containsExactly("delete t1 of 2");
        files.succeed();
        assertThat(deleted).isCompletedWithValue(Fate.GONE);
    }

    @Test
    void aClientsWordDoesNotCountWhereTheFileServerAnnouncesItself() {
        created(TransferMode.OFFLINE);
        servers.announcing.add("there");
        stored.uploaded(bare("/home/alice/f"));
        assertThat(files.asked).isEmpty();
    }

    @Test
    void aClientsWordOnAnUnknownTaskCountsUnlessEveryFileServerAnnouncesItself() {
        servers.announcing.add("there");
        stored.uploaded(bare("f"));
        assertThat(files.asked).containsExactly("add t1");
        servers.announcing.add("here");
        stored.uploaded(bare("f"));
        assertThat(files.asked).containsExactly("add t1");
    }

    @Test
    void theReceiverIsToldOfAnUploadOnceItIsRecorded() {
        created(TransferMode.OFFLINE);
        stored.uploaded(bare("/home/alice/f"));
        assertThat(files.added).isEqualTo(bare("f").heldBy("there"));
        files.fail(new LinkLostException("away"));
        timer.push(Duration.ofSeconds(1));
        assertThat(bob.told).isEmpty();
        files.succeed();
        assertThat(bob.told).containsExactly("f stored OFFLINE");
        assertThat(route.told).containsExactly("fan out f stored");
    }

    @Test
    void anUploadOfATaskFromBeforeARestartIsRecordedWithoutItsServer() {
        stored.uploaded(bare("f"));
        assertThat(files.added).isEqualTo(bare("f"));
    }

    @Test
    void nobodyAnnouncesTheFileOfAnother() {
        created(TransferMode.OFFLINE);
        stored.uploaded(OfflineFile.of(TASK, BOB, ALICE, "f", 7));
        stored.uploaded(OfflineFile.of(TASK, ALICE, new UserId(3), "f", 7));
        assertThat(files.asked).isEmpty();
    }

    @Test
    void whatWasRelayedIsNotStored() {
        created(TransferMode.ONLINE);
        stored.uploaded(bare("f"));
        assertThat(files.asked).isEmpty();
    }

    private static OfflineFile waiting(String task, String server) {
        OfflineFile file = OfflineFile.of(new TaskId(task), ALICE, BOB, "f", 7);
        return server == null ? file : file.heldBy(server);
    }

    @Test
    void aListComesWithTheAddressesOfTheOneServerThatHoldsItAll() throws Exception {
        files.waiting = List.of(waiting("t1", "there"), waiting("t2", "there"));
        WaitingFiles answer = stored.waitingFor(bob).get();
        assertThat(answer.addresses()).containsExactly(THERE);
        assertThat(answer.files())
                .allSatisfy(file -> assertThat(file.addresses()).containsExactly(THERE));
    }

    @Test
    void aListFromSeveralServersHasAddressesOfSomeOneAndOfEachFile() throws Exception {
        files.waiting = List.of(waiting("t1", "there"), waiting("t2", "here"), waiting("t3", null));
        WaitingFiles answer = stored.waitingFor(bob).get();
        assertThat(answer.addresses()).containsExactly(HERE);
        assertThat(answer.files())
                .extracting(WaitingFiles.Waiting::addresses)
                .containsExactly(List.of(THERE), List.of(HERE), List.of());
    }

    @Test
    void aListHasATokenForEachFileOfAServerThatKnowsTokens() throws Exception {
        files.waiting = List.of(waiting("t1", "there"), waiting("t2", "here"), waiting("t3", null));
        assertThat(stored.waitingFor(bob).get().files())
                .extracting(WaitingFiles.Waiting::token)
                .containsExactly(
                        Optional.of(KnownServers.tokenFor(new TaskId("t1"), BOB, TransferRole.DOWNLOADER)),
                        Optional.empty(),
                        Optional.empty());
    }

    @Test
    void largeFilesAreListedAndToldToProgramsThatCanHandleThem() throws Exception {
        OfflineFile large = OfflineFile.of(TASK, ALICE, BOB, "f", 1L << 32).heldBy("there");
        files.waiting = List.of(large, waiting("t2", "there"));
        stored.stored(large);
        files.succeed();
        assertThat(bob.told).isEmpty();
        assertThat(stored.waitingFor(bob).get().files())
                .extracting(file -> file.file().task())
                .containsExactly(new TaskId("t2"));

        bob.takesLargeFiles = true;
        stored.stored(large);
        files.succeed();
        assertThat(bob.told).containsExactly("f stored OFFLINE");
        assertThat(stored.waitingFor(bob).get().files())
                .extracting(file -> file.file().task())
                .containsExactly(TASK, new TaskId("t2"));
    }

    @Test
    void anEmptyListHasAddressesToo() throws Exception {
        assertThat(stored.waitingFor(bob).get().addresses()).containsExactly(HERE);
    }

    @Test
    void aListFromAServerThatIsUnknownHasAddressesToo() throws Exception {
        files.waiting = List.of(waiting("t1", "gone for ever"));
        assertThat(stored.waitingFor(bob).get().addresses()).containsExactly(HERE);
    }

    @Test
    void whatTheReceiverDeletedIsNotListedAgain() throws Exception {
        files.waiting = List.of(waiting("t1", "there"), waiting("t2", "there"));
        stored.downloaded(new TaskId("t1"), ALICE, BOB);
        assertThat(files.asked).containsExactly("delete t1 of 2");
        assertThat(stored.waitingFor(bob).get().files())
                .extracting(file -> file.file().task())
                .containsExactly(new TaskId("t2"));
    }
}
