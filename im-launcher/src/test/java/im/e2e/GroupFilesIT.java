package im.e2e;

import static im.e2e.BareWire.BOB;
import static im.e2e.BareWire.CAROL;
import static im.e2e.BareWire.assertDone;
import static im.e2e.BareWire.join;
import static im.e2e.BareWire.list;
import static im.e2e.BareWire.next;
import static im.e2e.BareWire.pull;
import static im.e2e.BareWire.sayFetched;
import static org.assertj.core.api.Assertions.assertThat;

import im.client.ClientListener;
import im.client.ConversationId;
import im.client.FileDetails;
import im.client.FileOffer;
import im.client.ImClient;
import im.client.OfflineFile;
import im.client.TransferException;
import im.client.TransferException.Reason;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.OfflineFileInfo;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that alice, at the first of two msg-servers, sends to a group of her, bob, who is at the second one, and carol. */
@Timeout(300)
class GroupFilesIT {
    @TempDir
    Path folder;

    private final List<ImClient> clients = new ArrayList<>();
    private TwoMsgServers servers;
    private ImClient alice;
    private int group;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        servers = TwoMsgServers.start(
                folder, Map.of("file-server.records.janitor-every", "200ms", "file-server.records.retry-cap", "200ms"));
        alice = login("alice", 0, ClientListener.NONE);
        group = Await.result(alice.groups().create("cooks", false, List.of(BOB, CAROL)));
        file = TestFiles.make(folder.resolve("out"), "menu.pdf", 300_000);
    }

    @AfterEach
    void stop() {
        clients.forEach(ImClient::close);
        servers.close();
    }

    private ImClient login(String user, int msgServer, ClientListener listener) throws Exception {
        ImClient client = Await.result(ImClient.connect(servers.options(user, msgServer), listener));
        clients.add(client);
        return client;
    }

    private TransferResult sendToGroup() throws Exception {
        return Await.result(alice.send(file, ConversationId.ofGroup(group), TransferListener.NONE));
    }

    private void fetch(ImClient member, OfflineFile waiting) throws Exception {
        Path into = folder.resolve("in").resolve(member.self().loginName());
        TransferResult received = Await.result(member.download(waiting, into, TransferListener.NONE));
        TestFiles.assertSame(received.path(), file);
    }

    private void assertRefused(ImClient who, OfflineFile wanted) throws Exception {
        TransferException refusal =
                Await.failure(who.download(wanted, folder.resolve("nowhere"), TransferListener.NONE));
        assertThat(refusal).hasMessageContaining("does not wait for this user");
    }

    private static List<OfflineFile> waitingFor(ImClient user) throws Exception {
        return Await.result(user.offlineFiles());
    }

    private static boolean nothingWaitsFor(ImClient user) {
        try {
            return waitingFor(user).isEmpty();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private int filesInTheStore() {
        try (Stream<Path> all = Files.walk(folder.resolve("files"))) {
            return (int) all.filter(path -> path.toString().endsWith("-file")).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneUploadIsFetchedByWhoIsThereAndLaterByWhoWasAwayAndThenIsGone() throws Exception {
        Inbox bobsInbox = new Inbox();
        ImClient bob = login("bob", 1, bobsInbox);
        Eventually.until("bob is seen", () -> FaultyCluster.sees(alice, BOB));
        TransferResult sent = sendToGroup();
        assertThat(sent.mode()).isEqualTo(TransferMode.OFFLINE);
        assertThat(filesInTheStore()).isOne();

        FileOffer offer = bobsInbox.next();
        assertThat(offer.taskId()).isEqualTo(sent.taskId());
        assertThat(offer.offlineReady()).isTrue();
        assertThat(offer.group()).hasValue(group);
        fetch(bob, offer.asOfflineFile());
        Eventually.until("bob is done with it", () -> nothingWaitsFor(bob));
        assertThat(waitingFor(alice)).isEmpty();
        assertThat(filesInTheStore()).isOne();

        ImClient carol = login("carol", 1, ClientListener.NONE);
        List<OfflineFile> waiting = waitingFor(carol);
        assertThat(waiting).singleElement().satisfies(one -> {
            assertThat(one.taskId()).isEqualTo(sent.taskId());
            assertThat(one.group()).hasValue(group);
        });
        fetch(carol, waiting.get(0));
        Eventually.until("nothing is left of it", () -> filesInTheStore() == 0);
    }

    @Test
    void strangersAndWhoHasBeenRemovedGetNothingWhateverTheyKnow() throws Exception {
        Inbox carolsInbox = new Inbox();
        ImClient carol = login("carol", 0, carolsInbox);
        ImClient dave = login("dave", 1, ClientListener.NONE);
        sendToGroup();
        OfflineFile carols = carolsInbox.next().asOfflineFile();

        TransferException refusal =
                Await.failure(dave.send(file, ConversationId.ofGroup(group), TransferListener.NONE));
        assertThat(refusal.reason()).isEqualTo(Reason.REQUEST_REFUSED);
        assertThat(waitingFor(dave)).isEmpty();
        // As if a member had told him all there is to know; a token would not be his.
        assertRefused(dave, withoutToken(carols));

        Await.result(alice.groups().remove(group, List.of(CAROL)));
        assertThat(waitingFor(carol)).isEmpty();
        assertRefused(carol, carols);
        assertRefused(carol, withoutToken(carols));
        Await.result(carol.forget(carols));

        ImClient bob = login("bob", 1, ClientListener.NONE);
        fetch(bob, waitingFor(bob).get(0));
    }

    private static OfflineFile withoutToken(OfflineFile file) {
        return new OfflineFile(
                file.fromUserId(),
                file.taskId(),
                file.fileName(),
                file.size(),
                file.addresses(),
                FileDetails.NONE,
                file.group());
    }

    @Test
    void whoJoinsWhileItWaitsGetsItToo() throws Exception {
        sendToGroup();
        ImClient dave = login("dave", 1, ClientListener.NONE);
        Await.result(alice.groups().add(group, List.of(dave.self().id())));
        fetch(dave, waitingFor(dave).get(0));
    }

    @Test
    void aClientThatKnowsNothingOfSuchFilesFetchesThemAsAnyOther() throws Exception {
        WireClient bob = BareWire.login(servers.address(1), "bob");
        Eventually.until("bob is seen", () -> FaultyCluster.sees(alice, BOB));
        String task = sendToGroup().taskId();
        IMFileNotify notify = next(bob).parse(Commands.FILE_NOTIFY);
        assertThat(notify.getTaskId()).isEqualTo(task);
        assertThat(notify.getFromUserId()).isEqualTo(BareWire.ALICE);
        assertThat(notify.getToUserId()).isEqualTo(BOB);
        assertThat(notify.getOfflineReady()).isOne();

        IMFileHasOfflineRsp list = list(bob, BOB);
        assertThat(list.getOfflineFileListList())
                .extracting(OfflineFileInfo::getTaskId)
                .containsExactly(task);
        WireClient downloader = join(list.getIpAddrList(0), BOB, task, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);
        long length = Files.size(file);
        for (int offset = 0; offset < length; offset += 32 << 10) {
            downloader.send(Commands.FILE_PULL_DATA_REQ, 2, pull(task, offset, 32 << 10));
            assertThat(downloader.expect(Commands.FILE_PULL_DATA_RSP).getOffset())
                    .isEqualTo(offset);
        }
        assertDone(downloader);
        sayFetched(bob, task);
        assertThat(list(bob, BOB).getOfflineFileListList()).isEmpty();

        ImClient carol = login("carol", 1, ClientListener.NONE);
        fetch(carol, waitingFor(carol).get(0));
    }
}
