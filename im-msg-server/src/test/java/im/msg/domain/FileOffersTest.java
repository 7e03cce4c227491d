package im.msg.domain;

import static im.msg.domain.KnownServers.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSetMultimap;
import im.netlib.LinkLostException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FileOffersTest {
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);
    private static final long LARGE = 1L << 32;

    private final OnlineUsers online = new OnlineUsers();
    private final RecordedRoute route = new RecordedRoute();
    private final KnownServers servers = new KnownServers();
    private final KnownGroups groups = new KnownGroups(ALICE, BOB);
    private final FileOffers offers = new FileOffers(
            online,
            route,
            servers,
            new RecentTasks(10, Duration.ofHours(1)),
            new Receivers(online, new Outbox(route, 9)),
            groups);
    private final RecordedClient bob = new RecordedClient(2, ClientKind.WINDOWS);

    private static FileRequest request(UserId from, UserId to, String fileName, long size, TransferMode mode) {
        return FileRequest.of(from, to, fileName, size, mode, Optional.empty());
    }

    private TransferMode modeOf(TransferMode wanted) throws Exception {
        return offers.offer(request(ALICE, BOB, "/home/alice/f", 7, wanted))
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
        assertThat(servers.asked)
                .isEqualTo(new FileRequest(
                        ALICE, BOB, "f", 7, TransferMode.OFFLINE, Optional.empty(), false, OptionalInt.empty()));
    }

    @Test
    void nobodySendsToOneself() {
        assertRefused(offers.offer(request(ALICE, ALICE, "f", 7, TransferMode.ONLINE)));
    }

    @Test
    void aFolderIsRefused() {
        assertRefused(offers.offer(request(ALICE, BOB, "folder/", 7, TransferMode.ONLINE)));
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
        FileOffer offer = offers.offer(request(ALICE, BOB, "C:\\f", 7, TransferMode.ONLINE))
                .get();
        assertThat(bob.told).isEmpty();
        offers.tellReceiver(offer);
        assertThat(bob.told).containsExactly("f offered ONLINE");
        assertThat(mobile.told).isEmpty();
        assertThat(route.told).containsExactly("fan out f offered");
    }

    private FileOffer largeOffer() throws Exception {
        return offers.offer(request(ALICE, BOB, "f", LARGE, TransferMode.ONLINE))
                .get();
    }

    @Test
    void aLargeFileForAProgramThatCannotHandleItIsRefused() {
        online.add(bob);
        assertRefused(offers.offer(request(ALICE, BOB, "f", LARGE, TransferMode.ONLINE)));
        assertRefused(offers.offer(request(ALICE, BOB, "f", LARGE, TransferMode.OFFLINE)));
    }

    @Test
    void aLargeFileForAProgramThatCanTravelsAsAnyOther() throws Exception {
        bob.takesLargeFiles = true;
        online.add(bob);
        FileOffer offer = largeOffer();
        assertThat(offer.request().mode()).isEqualTo(TransferMode.ONLINE);
        offers.tellReceiver(offer);
        assertThat(bob.told).containsExactly("f offered ONLINE");
    }

    @Test
    void aLargeFileForSomebodyWhoIsAwayIsStored() throws Exception {
        FileOffer offer = largeOffer();
        assertThat(offer.request().mode()).isEqualTo(TransferMode.OFFLINE);
        online.add(bob);
        offers.tellReceiver(offer);
        assertThat(bob.told).as("an old program that came meanwhile").isEmpty();
    }

    @Test
    void aLargeFileForSomebodyElsewhereIsStored() throws Exception {
        route.elsewhere = CompletableFuture.completedFuture(ImmutableSetMultimap.of(BOB, ClientKind.MAC));
        assertThat(largeOffer().request().mode()).isEqualTo(TransferMode.OFFLINE);
    }

    @Test
    void senderAndReceiverGetTokensForTheirRoles() throws Exception {
        FileOffer stored =
                offers.offer(request(ALICE, BOB, "f", 7, TransferMode.ONLINE)).get();
        assertThat(stored.senderToken()).contains(KnownServers.tokenFor(TASK, ALICE, TransferRole.UPLOADER));
        assertThat(stored.notice().token()).contains(KnownServers.tokenFor(TASK, BOB, TransferRole.DOWNLOADER));
        assertThat(stored.notice().expires()).contains(KnownServers.EXPIRES);

        online.add(bob);
        FileOffer relayed =
                offers.offer(request(ALICE, BOB, "f", 7, TransferMode.ONLINE)).get();
        assertThat(relayed.senderToken()).contains(KnownServers.tokenFor(TASK, ALICE, TransferRole.SENDER));
        assertThat(relayed.notice().token()).contains(KnownServers.tokenFor(TASK, BOB, TransferRole.RECEIVER));
    }

    private static FileRequest toGroup(UserId from, int group) {
        return FileRequest.toGroup(from, group, "/home/alice/f", 7, Optional.empty());
    }

    @Test
    void aFileForAGroupIsStoredWhoeverIsThereAndItsMembersHearNothingBefore() throws Exception {
        online.add(bob);
        FileOffer offer = offers.offer(toGroup(ALICE, KnownGroups.GROUP)).get();
        assertThat(offer.request().mode()).isEqualTo(TransferMode.OFFLINE);
        assertThat(servers.asked.group()).hasValue(KnownGroups.GROUP);
        assertThat(offer.senderToken()).contains(KnownServers.tokenFor(TASK, ALICE, TransferRole.UPLOADER));
        assertThat(offer.receiverToken()).isEmpty();
        offers.tellReceiver(offer);
        assertThat(bob.told).isEmpty();
        assertThat(route.told).isEmpty();
    }

    @Test
    void onlyMembersSendToAGroup() {
        assertRefused(offers.offer(toGroup(new UserId(3), KnownGroups.GROUP)));
        assertRefused(offers.offer(toGroup(ALICE, 8)));
    }

    @Test
    void whoIsAloneInAGroupSendsItNothing() {
        groups.members = CompletableFuture.completedFuture(Set.of(ALICE));
        assertRefused(offers.offer(toGroup(ALICE, KnownGroups.GROUP)));
    }

    @Test
    void aTokenPrintsAsNothing() {
        assertThat(KnownServers.tokenFor(TASK, ALICE, TransferRole.SENDER)).hasToString("a token");
    }
}
