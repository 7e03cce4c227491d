package im.e2e;

import static im.e2e.BareWire.ALICE;
import static im.e2e.BareWire.BOB;
import static im.e2e.BareWire.CAROL;
import static im.e2e.BareWire.CONTENT;
import static im.e2e.BareWire.answerTo;
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
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.proto.file.IMFileRsp;
import im.proto.file.IMFileState;
import im.testkit.WireClient;
import im.testkit.WireClient.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole stack, and clients that know the protocol's messages and nothing of ours, so that both sides cannot share a mistake. */
class BareWireIT {
    @TempDir
    Path folder;

    private final List<WireClient> clients = new ArrayList<>();
    private Servers servers;

    @BeforeEach
    void start() throws Exception {
        servers = Servers.start(folder);
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

    @Test
    void aFileGoesFromOneToTheOtherOnline() throws Exception {
        WireClient alice = login("alice");
        WireClient bob = login("bob");
        IMFileRsp task = request(alice, TransferFileType.FILE_TYPE_ONLINE);
        assertThat(task.getTransMode()).isEqualTo(TransferFileType.FILE_TYPE_ONLINE);

        Frame frame = next(bob);
        assertThat(frame.seq()).isZero();
        IMFileNotify notify = frame.parse(Commands.FILE_NOTIFY);
        assertThat(notify.getFromUserId()).isEqualTo(ALICE);
        assertThat(notify.getFileName()).isEqualTo("hello.txt");
        assertThat(notify.getTaskId()).isEqualTo(task.getTaskId());
        assertThat(notify.getOfflineReady()).isZero();

        String id = task.getTaskId();
        WireClient receiver = join(notify.getIpAddrList(0), BOB, id, ClientFileRole.CLIENT_REALTIME_RECVER);
        receiver.send(Commands.FILE_PULL_DATA_REQ, 2, pull(id, 0, 10));
        WireClient sender = join(task.getIpAddrList(0), ALICE, id, ClientFileRole.CLIENT_REALTIME_SENDER);
        IMFileState ready = receiver.expect(Commands.FILE_STATE);
        assertThat(ready.getState()).isEqualTo(ClientFileState.CLIENT_FILE_PEER_READY);
        assertThat(ready.getUserId()).isEqualTo(ALICE);

        sender.send(Commands.FILE_PULL_DATA_RSP, 2, answerTo(sender.expect(Commands.FILE_PULL_DATA_REQ)));
        assertThat(receiver.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toByteArray())
                .isEqualTo("what alice".getBytes(StandardCharsets.US_ASCII));
        receiver.send(Commands.FILE_PULL_DATA_REQ, 3, pull(id, 10, 32 << 10));
        sender.send(Commands.FILE_PULL_DATA_RSP, 3, answerTo(sender.expect(Commands.FILE_PULL_DATA_REQ)));
        assertThat(receiver.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toString(StandardCharsets.US_ASCII))
                .isEqualTo(" has to tell bob");
        receiver.send(
                Commands.FILE_STATE,
                4,
                IMFileState.newBuilder()
                        .setState(ClientFileState.CLIENT_FILE_DONE)
                        .setTaskId(id)
                        .setUserId(BOB)
                        .build());
        receiver.expectClosed();
        Frame done = sender.expectFrame(Commands.FILE_STATE);
        assertThat(done.seq()).isEqualTo(4);
        assertThat(done.parse(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        sender.expectClosed();
    }

    @Test
    void aFileForSomebodyWhoIsAwayIsStoredListedFetchedAndForgotten() throws Exception {
        WireClient alice = login("alice");
        IMFileRsp task = request(alice, TransferFileType.FILE_TYPE_ONLINE);
        assertThat(task.getTransMode()).isEqualTo(TransferFileType.FILE_TYPE_OFFLINE);
        String id = task.getTaskId();

        assertDone(uploaded(task));

        WireClient bob = login("bob");
        sayUploaded(alice, id);
        IMFileHasOfflineRsp list = list(bob, BOB);
        assertThat(list.hasAttachData()).isFalse();
        assertThat(list.getOfflineFileListList()).singleElement().satisfies(file -> {
            assertThat(file.getTaskId()).isEqualTo(id);
            assertThat(file.getFileName()).isEqualTo("hello.txt");
            assertThat(file.getFromUserId()).isEqualTo(ALICE);
            assertThat(file.getFileSize()).isEqualTo(CONTENT.length);
        });

        WireClient downloader = join(list.getIpAddrList(0), BOB, id, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);
        downloader.send(Commands.FILE_PULL_DATA_REQ, 2, pull(id, 0, 32 << 10));
        Frame block = downloader.expectFrame(Commands.FILE_PULL_DATA_RSP);
        assertThat(block.seq()).isEqualTo(2);
        assertThat(block.parse(Commands.FILE_PULL_DATA_RSP).getFileData().toByteArray())
                .isEqualTo(CONTENT);
        IMFileState done = downloader.expect(Commands.FILE_STATE);
        assertThat(done.getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        assertThat(done.getUserId()).isEqualTo(ALICE);
        downloader.expectClosed();

        sayFetched(bob, id);
        IMFileHasOfflineRsp after = list(bob, BOB);
        assertThat(after.getOfflineFileListList()).isEmpty();
        assertThat(after.getIpAddrListList()).isNotEmpty();
    }

    @Test
    void nobodyCanForgetAnothersFile() throws Exception {
        WireClient alice = login("alice");
        IMFileRsp task = request(alice, TransferFileType.FILE_TYPE_OFFLINE);
        assertDone(uploaded(task));
        WireClient bob = login("bob");
        assertThat(isListed(bob)).isTrue();
        WireClient carol = login("carol");
        sayFetched(carol, task.getTaskId());
        // The server answers a list only after what carol sent before, so this waits for the deletion to have done
        // nothing.
        assertThat(list(carol, CAROL).getOfflineFileListList()).isEmpty();
        assertThat(isListed(bob)).isTrue();
    }

    private static boolean isListed(WireClient bob) throws IOException {
        return list(bob, BOB).getOfflineFileListCount() == 1;
    }

    @Test
    void theRightAnswerToHostileInputIsToCloseThatConnectionAlone() throws Exception {
        WireClient alice = login("alice");
        for (String hex : new String[] {
            "00000001000100000001010300010000", "ffffffff000100000001010300010000", "deadbeefdeadbeefdeadbeefdeadbeef"
        }) {
            try (WireClient hostile = WireClient.connect(servers.msgServerAddress())) {
                hostile.sendRaw(HexFormat.of().parseHex(hex));
                hostile.expectClosed();
            }
        }
        try (WireClient early = WireClient.connect(servers.msgServerAddress())) {
            early.send(
                    Commands.FILE_HAS_OFFLINE_REQ,
                    1,
                    IMFileHasOfflineReq.newBuilder().setUserId(BOB).build());
            early.expectClosed();
        }
        assertThat(list(alice, ALICE).getUserId()).isEqualTo(ALICE);
    }
}
