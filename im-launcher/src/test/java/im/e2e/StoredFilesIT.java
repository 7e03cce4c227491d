package im.e2e;

import static im.e2e.BareWire.ALICE;
import static im.e2e.BareWire.BOB;
import static im.e2e.BareWire.CONTENT;
import static im.e2e.BareWire.assertDone;
import static im.e2e.BareWire.join;
import static im.e2e.BareWire.list;
import static im.e2e.BareWire.next;
import static im.e2e.BareWire.pull;
import static im.e2e.BareWire.request;
import static im.e2e.BareWire.sayFetched;
import static im.e2e.BareWire.sayUploaded;
import static im.e2e.BareWire.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.proto.file.IMFileRsp;
import im.proto.other.IMHeartBeat;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store and the database know the same, whatever happens to either; seen by clients that know nothing of ours. */
@Timeout(300)
class StoredFilesIT {
    private static final TransferFileType OFFLINE = TransferFileType.FILE_TYPE_OFFLINE;
    private static final Map<String, String> BUSY_JANITOR = Map.of("file-server.records.janitor-every", "200ms");

    @TempDir
    Path folder;

    private final List<WireClient> clients = new ArrayList<>();
    private Servers servers;
    private WireClient alice;
    private WireClient bob;

    private void start(Map<String, String> fileServerSettings) throws Exception {
        Map<String, String> settings = new HashMap<>(fileServerSettings);
        settings.put("file-server.records.retry-cap", "200ms");
        servers = Servers.start(folder, 1, settings);
        alice = login("alice");
        bob = login("bob");
    }

    @AfterEach
    void stop() throws Exception {
        for (WireClient client : clients) {
            client.close();
        }
        servers.close();
    }

    private WireClient login(String user) throws Exception {
        WireClient client = BareWire.login(servers.msgServerAddress(), user);
        clients.add(client);
        return client;
    }

    private List<Path> storedData() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith("-file")).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A heartbeat comes back behind everything that was sent before. */
    private static void assertHearsNothing(WireClient client) throws IOException {
        client.send(Commands.OTHER_HEARTBEAT, 3, IMHeartBeat.getDefaultInstance());
        client.expect(Commands.OTHER_HEARTBEAT);
    }

    private void assertBobIsToldReady(IMFileRsp task) throws IOException {
        IMFileNotify notify = next(bob).parse(Commands.FILE_NOTIFY);
        assertThat(notify.getTaskId()).isEqualTo(task.getTaskId());
        assertThat(notify.getOfflineReady()).isOne();
    }

    private IMFileRsp offer() throws IOException {
        IMFileRsp task = request(alice, OFFLINE);
        assertThat(next(bob).parse(Commands.FILE_NOTIFY).getOfflineReady()).isZero();
        return task;
    }

    private void fetch(IMFileRsp task) throws IOException {
        IMFileHasOfflineRsp list = list(bob, BOB);
        WireClient downloader =
                join(list.getIpAddrList(0), BOB, task.getTaskId(), ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);
        downloader.send(Commands.FILE_PULL_DATA_REQ, 2, pull(task.getTaskId(), 0, CONTENT.length));
        assertThat(downloader.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toByteArray())
                .isEqualTo(CONTENT);
        assertDone(downloader);
    }

    @Test
    void theSenderHearsThatItIsDoneOnlyWhenTheDatabaseKnows() throws Exception {
        start(Map.of());
        IMFileRsp task = offer();
        servers.stopDbProxy();
        WireClient uploader = uploaded(task);
        sayUploaded(alice, task.getTaskId());
        Eventually.until("the file is stored", () -> storedData().size() == 1);
        assertHearsNothing(uploader);
        assertThat(servers.recordedFiles()).isZero();
        servers.startDbProxy();
        assertDone(uploader);
        assertThat(servers.recordedFiles()).isOne();
        assertBobIsToldReady(task);
        fetch(task);
    }

    @Test
    void whatWasStoredAndNotRecordedWhenTheFileServerStoppedIsRecordedWhenItIsBack() throws Exception {
        start(Map.of());
        IMFileRsp task = offer();
        servers.stopDbProxy();
        WireClient uploader = uploaded(task);
        Eventually.until("the file is stored", () -> storedData().size() == 1);
        servers.stopFileServer(0);
        uploader.expectClosed();
        servers.startDbProxy();
        servers.startFileServer(0);
        assertBobIsToldReady(task);
        fetch(task);
    }

    @Test
    void aSenderThatClaimsToHaveUploadedChangesNothing() throws Exception {
        start(Map.of());
        IMFileRsp task = offer();
        WireClient uploader =
                join(task.getIpAddrList(0), ALICE, task.getTaskId(), ClientFileRole.CLIENT_OFFLINE_UPLOAD);
        uploader.expect(Commands.FILE_PULL_DATA_REQ);
        sayUploaded(alice, task.getTaskId());
        assertThat(list(alice, ALICE).getOfflineFileListList()).isEmpty();
        uploader.close();
        // From a msg-server that knows nothing of the task too.
        servers.stopMsgServer();
        servers.startMsgServer();
        alice = login("alice");
        sayUploaded(alice, task.getTaskId());
        assertThat(list(alice, ALICE).getOfflineFileListList()).isEmpty();
        bob = login("bob");
        assertThat(list(bob, BOB).getOfflineFileListList()).isEmpty();
        assertThat(servers.recordedFiles()).isZero();
    }

    @Test
    void whatWasFetchedLeavesTheDisk() throws Exception {
        start(BUSY_JANITOR);
        IMFileRsp fetched = offer();
        assertDone(uploaded(fetched));
        assertBobIsToldReady(fetched);
        Path data = storedData().get(0);
        IMFileRsp waiting = offer();
        assertDone(uploaded(waiting));
        assertBobIsToldReady(waiting);
        fetch(fetched);
        assertThat(data).exists();
        sayFetched(bob, fetched.getTaskId());
        Eventually.until("the file is deleted", () -> !Files.exists(data));
        fetch(waiting);
    }

    @Test
    void whatNobodyFetchesLeavesTheListAndThenTheDisk() throws Exception {
        start(Map.of("file-server.records.janitor-every", "200ms", "file-server.store.retention", "5s"));
        IMFileRsp task = offer();
        assertDone(uploaded(task));
        Path data = storedData().get(0);
        assertBobIsToldReady(task);
        Eventually.until("the file is deleted", () -> !Files.exists(data));
        assertThat(list(bob, BOB).getOfflineFileListList()).isEmpty();
        assertThat(servers.recordedFiles()).isZero();
    }

    @Test
    void whatTheDatabaseHasLostIsRecordedAgain() throws Exception {
        start(BUSY_JANITOR);
        IMFileRsp task = offer();
        assertDone(uploaded(task));
        assertBobIsToldReady(task);
        servers.loseRecords();
        assertBobIsToldReady(task);
        fetch(task);
    }
}
