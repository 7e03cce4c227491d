package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSetMultimap;
import im.netlib.Backoff;
import im.netlib.LinkLostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FileOffersTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);
    private static final TaskId TASK = new TaskId("t1");
    private static final ServerAddress HERE = new ServerAddress("10.0.0.1", 8600);
    private static final ServerAddress THERE = new ServerAddress("10.0.0.2", 8600);

    private static final class KnownServers implements FileServers {
        FileRequest asked;

        @Override
        public CompletableFuture<CreatedTask> createTask(FileRequest request) {
            asked = request;
            return CompletableFuture.completedFuture(new CreatedTask(TASK, "there", List.of(THERE)));
        }

        @Override
        public List<ServerAddress> addressesOf(String serverId) {
            return Map.of("here", List.of(HERE), "there", List.of(THERE)).getOrDefault(serverId, List.of());
        }

        @Override
        public List<ServerAddress> allAddresses() {
            return List.of(HERE);
        }
    }

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
    private final FileOffers offers =
            new FileOffers(online, route, servers, files, records, new RecentTasks(10, Duration.ofHours(1)));
    private final RecordedClient bob = new RecordedClient(2, ClientKind.WINDOWS);

    private TransferMode modeOf(TransferMode wanted) throws Exception {
        return offers.offer(FileRequest.of(ALICE, BOB, "/home/alice/f", 7, wanted))
                .get()
                .request()
                .mode();
    }

    @Test
    void onlineWhenTheReceiverIsOnADesktopHere() throws Exception {
        online.add(bob);
        assertThat(modeOf(TransferMode.ONLINE)).isEqualTo(TransferMode.ONLINE);
    }

    @Test
    void onlineWhenTheReceiverIsOnADesktopElsewhere() throws Exception {
        route.elsewhere = CompletableFuture.completedFuture(ImmutableSetMultimap.of(BOB, ClientKind.MAC));
        assertThat(modeOf(TransferMode.ONLINE)).isEqualTo(TransferMode.ONLINE);
    }

    @Test
    void offlineWhenTheReceiverIsOnMobilesOnly() throws Exception {
        online.add(new RecordedClient(2, ClientKind.IOS));
        route.elsewhere = CompletableFuture.completedFuture(ImmutableSetMultimap.of(BOB, ClientKind.ANDROID));
        assertThat(modeOf(TransferMode.ONLINE)).isEqualTo(TransferMode.OFFLINE);
    }

    @Test
    void offlineWhenNobodyKnowsTheReceiver() throws Exception {
        assertThat(modeOf(TransferMode.ONLINE)).isEqualTo(TransferMode.OFFLINE);
        route.elsewhere = CompletableFuture.failedFuture(new LinkLostException("no route-server"));
        assertThat(modeOf(TransferMode.ONLINE)).isEqualTo(TransferMode.OFFLINE);
    }

    @Test
    void offlineWhenTheSenderWantsThat() throws Exception {
        online.add(bob);
        assertThat(modeOf(TransferMode.OFFLINE)).isEqualTo(TransferMode.OFFLINE);
    }

    @Test
    void theFileServerSeesTheBaseNameAndTheFinalMode() throws Exception {
        modeOf(TransferMode.ONLINE);
        assertThat(servers.asked).isEqualTo(new FileRequest(ALICE, BOB, "f", 7, TransferMode.OFFLINE));
    }

    @Test
    void nobodySendsToOneself() {
        assertRefused(offers.offer(FileRequest.of(ALICE, ALICE, "f", 7, TransferMode.ONLINE)));
    }

    @Test
    void aFolderIsRefused() {
        assertRefused(offers.offer(FileRequest.of(ALICE, BOB, "folder/", 7, TransferMode.ONLINE)));
    }

    private void assertRefused(Future<FileOffer> offer) {
        assertThat(offer)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(FileRefused.class);
        assertThat(servers.asked).isNull();
    }

    @Test
    void theReceiverIsToldOnItsDesktopsHereAndElsewhere() throws Exception {
        RecordedClient mobile = new RecordedClient(2, ClientKind.IOS);
        online.add(bob);
        online.add(mobile);
        FileOffer offer = offers.offer(FileRequest.of(ALICE, BOB, "C:\\f", 7, TransferMode.ONLINE))
                .get();
        assertThat(bob.told).isEmpty();
        offers.tellReceiver(offer);
        assertThat(bob.told).containsExactly("f offered ONLINE");
        assertThat(mobile.told).isEmpty();
        assertThat(route.told).containsExactly("fan out f offered");
    }

    @Test
    void theReceiverIsToldOfAnUploadOnceItIsRecorded() throws Exception {
        online.add(bob);
        modeOf(TransferMode.OFFLINE);
        offers.uploaded(OfflineFile.of(TASK, ALICE, BOB, "/home/alice/f", 7));
        assertThat(files.added).isEqualTo(new OfflineFile(TASK, ALICE, BOB, "f", 7, Optional.of("there")));
        files.fail(new LinkLostException("away"));
        timer.push(Duration.ofSeconds(1));
        assertThat(bob.told).isEmpty();
        files.succeed();
        assertThat(bob.told).containsExactly("f stored OFFLINE");
        assertThat(route.told).containsExactly("fan out f stored");
    }

    @Test
    void anUploadOfATaskFromBeforeARestartIsRecordedWithoutItsServer() {
        offers.uploaded(OfflineFile.of(TASK, ALICE, BOB, "f", 7));
        assertThat(files.added).isEqualTo(new OfflineFile(TASK, ALICE, BOB, "f", 7, Optional.empty()));
    }

    @Test
    void nobodyAnnouncesTheFileOfAnother() throws Exception {
        modeOf(TransferMode.OFFLINE);
        offers.uploaded(OfflineFile.of(TASK, BOB, ALICE, "f", 7));
        offers.uploaded(OfflineFile.of(TASK, ALICE, new UserId(3), "f", 7));
        assertThat(files.asked).isEmpty();
    }

    @Test
    void whatWasRelayedIsNotStored() throws Exception {
        online.add(bob);
        modeOf(TransferMode.ONLINE);
        offers.uploaded(OfflineFile.of(TASK, ALICE, BOB, "f", 7));
        assertThat(files.asked).isEmpty();
    }

    private static OfflineFile waiting(String task, String server) {
        return new OfflineFile(new TaskId(task), ALICE, BOB, "f", 7, Optional.ofNullable(server));
    }

    @Test
    void aListComesWithTheAddressesOfTheOneServerThatHoldsItAll() throws Exception {
        files.waiting = List.of(waiting("t1", "there"), waiting("t2", "there"));
        WaitingFiles answer = offers.waitingFor(BOB).get();
        assertThat(answer.addresses()).containsExactly(THERE);
        assertThat(answer.files())
                .allSatisfy(file -> assertThat(file.addresses()).containsExactly(THERE));
    }

    @Test
    void aListFromSeveralServersHasAddressesOfSomeOneAndOfEachFile() throws Exception {
        files.waiting = List.of(waiting("t1", "there"), waiting("t2", "here"), waiting("t3", null));
        WaitingFiles answer = offers.waitingFor(BOB).get();
        assertThat(answer.addresses()).containsExactly(HERE);
        assertThat(answer.files())
                .extracting(WaitingFiles.Waiting::addresses)
                .containsExactly(List.of(THERE), List.of(HERE), List.of());
    }

    @Test
    void anEmptyListHasAddressesToo() throws Exception {
        assertThat(offers.waitingFor(BOB).get().addresses()).containsExactly(HERE);
    }

    @Test
    void aListFromAServerThatIsUnknownHasAddressesToo() throws Exception {
        files.waiting = List.of(waiting("t1", "gone for ever"));
        assertThat(offers.waitingFor(BOB).get().addresses()).containsExactly(HERE);
    }

    @Test
    void whatTheReceiverDeletedIsNotListedAgain() throws Exception {
        files.waiting = List.of(waiting("t1", "there"), waiting("t2", "there"));
        offers.downloaded(new TaskId("t1"), ALICE, BOB);
        assertThat(files.asked).containsExactly("delete t1 of 2");
        assertThat(offers.waitingFor(BOB).get().files())
                .extracting(file -> file.file().task())
                .containsExactly(new TaskId("t2"));
    }
}
