package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSetMultimap;
import im.netlib.LinkLostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FileOffersTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);

    private final OnlineUsers online = new OnlineUsers();
    private final RecordedRoute route = new RecordedRoute();
    private final KnownServers servers = new KnownServers();
    private final FileOffers offers = new FileOffers(
            online, route, servers, new RecentTasks(10, Duration.ofHours(1)), new Receivers(online, route));
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
}
