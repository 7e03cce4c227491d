package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.FileOffer;
import im.client.ImClient;
import im.client.Transfer;
import im.client.TransferException.Reason;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFilePullDataReq;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files between two users who are there. */
@TestInstance(Lifecycle.PER_CLASS)
class OnlineFilesIT {
    @TempDir
    static Path folder;

    private Servers servers;
    private ImClient alice;
    private ImClient bob;
    private Inbox bobsInbox;

    @BeforeAll
    void startServers() throws Exception {
        servers = Servers.start(folder);
    }

    @AfterAll
    void stopServers() throws Exception {
        servers.close();
    }

    @BeforeEach
    void logIn() throws Exception {
        bobsInbox = new Inbox();
        alice = servers.login("alice");
        bob = servers.login("bob", bobsInbox);
    }

    @AfterEach
    void logOut() {
        servers.logOutEverybody();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 32_767, 32_768, 32_769, 1 << 20, 100 << 20})
    void arriveIdentical(long size) throws Exception {
        Path file = TestFiles.make(folder.resolve("out"), size + ".bin", size);
        Transfer sending = alice.send(file, bob.self().id(), TransferListener.NONE);
        FileOffer offer = bobsInbox.next();
        assertThat(offer.mode()).isEqualTo(TransferMode.ONLINE);
        assertThat(offer.fileName()).isEqualTo(size + ".bin");
        TransferResult received = Await.result(bob.receive(offer, folder.resolve("in"), TransferListener.NONE));
        TransferResult sent = Await.result(sending);
        TestFiles.assertSame(received.path(), file);
        assertThat(received.sha256()).isEqualTo(sent.sha256());
        assertThat(sent.mode()).isEqualTo(TransferMode.ONLINE);
    }

    @Test
    void severalAtATimeInBothDirections() throws Exception {
        Inbox alicesInbox = new Inbox();
        alice = servers.login("alice", alicesInbox);
        Path fromAlice = TestFiles.make(folder.resolve("out"), "a.bin", 3 << 20);
        Path fromBob = TestFiles.make(folder.resolve("out"), "b.bin", 5 << 20);
        alice.send(fromAlice, bob.self().id(), TransferListener.NONE);
        bob.send(fromBob, alice.self().id(), TransferListener.NONE);
        Transfer toBob = bob.receive(bobsInbox.next(), folder.resolve("in-both"), TransferListener.NONE);
        Transfer toAlice = alice.receive(alicesInbox.next(), folder.resolve("in-both"), TransferListener.NONE);
        TestFiles.assertSame(Await.result(toBob).path(), fromAlice);
        TestFiles.assertSame(Await.result(toAlice).path(), fromBob);
    }

    @Test
    void theSenderHearsThatTheReceiverRefused() throws Exception {
        Transfer sending = send(1000);
        Await.result(bob.refuse(bobsInbox.next()));
        assertThat(Await.failure(sending).reason()).isEqualTo(Reason.REFUSED_BY_PEER);
    }

    @Test
    void theReceiverHearsThatTheSenderCancelled() throws Exception {
        Transfer sending = send(50 << 20);
        FirstBlock begun = new FirstBlock();
        Transfer receiving = bob.receive(bobsInbox.next(), folder.resolve("cancelled-by-sender"), begun);
        Await.result(begun.future);
        sending.cancel();
        assertThat(Await.failure(sending).reason()).isEqualTo(Reason.CANCELLED);
        assertThat(Await.failure(receiving).reason()).isEqualTo(Reason.CANCELLED_BY_PEER);
        assertNothingIsLeftIn(folder.resolve("cancelled-by-sender"));
    }

    @Test
    void theSenderHearsThatTheReceiverCancelled() throws Exception {
        Transfer sending = send(50 << 20);
        FirstBlock begun = new FirstBlock();
        Transfer receiving = bob.receive(bobsInbox.next(), folder.resolve("cancelled-by-receiver"), begun);
        Await.result(begun.future);
        receiving.cancel();
        assertThat(Await.failure(receiving).reason()).isEqualTo(Reason.CANCELLED);
        assertThat(Await.failure(sending).reason()).isEqualTo(Reason.CANCELLED_BY_PEER);
        assertNothingIsLeftIn(folder.resolve("cancelled-by-receiver"));
    }

    @Test
    void theSenderHearsThatTheReceiverVanished() throws Exception {
        Transfer sending = send(1 << 20);
        FileOffer offer = bobsInbox.next();
        try (WireClient vanishing = WireClient.connect(servers.fileServerAddress(0))) {
            vanishing.send(
                    Commands.FILE_LOGIN_REQ,
                    1,
                    IMFileLoginReq.newBuilder()
                            .setUserId(bob.self().id())
                            .setTaskId(offer.taskId())
                            .setFileRole(ClientFileRole.CLIENT_REALTIME_RECVER)
                            .build());
            vanishing.expect(Commands.FILE_LOGIN_RES);
            vanishing.expect(Commands.FILE_STATE);
            vanishing.send(
                    Commands.FILE_PULL_DATA_REQ,
                    2,
                    IMFilePullDataReq.newBuilder()
                            .setTaskId(offer.taskId())
                            .setUserId(bob.self().id())
                            .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                            .setOffset(0)
                            .setDataSize(32 << 10)
                            .build());
            vanishing.expect(Commands.FILE_PULL_DATA_RSP);
            vanishing.reset();
        }
        assertThat(Await.failure(sending).reason()).isEqualTo(Reason.CANCELLED_BY_PEER);
    }

    @Test
    void aTransferUnderWayOutlivesTheMsgServer() throws Exception {
        Path file = TestFiles.make(folder.resolve("out"), "outlives.bin", 30 << 20);
        alice.send(file, bob.self().id(), TransferListener.NONE);
        FirstBlock begun = new FirstBlock();
        Transfer receiving = bob.receive(bobsInbox.next(), folder.resolve("outlives"), begun);
        Await.result(begun.future);
        servers.stopMsgServer();
        TestFiles.assertSame(Await.result(receiving).path(), file);
        servers.startMsgServer();
        Eventually.until("bob is back", bob::isConnected);
    }

    private Transfer send(long size) throws Exception {
        Path file = TestFiles.make(folder.resolve("out"), size + "-ended.bin", size);
        return alice.send(file, bob.self().id(), TransferListener.NONE);
    }

    private static void assertNothingIsLeftIn(Path target) throws Exception {
        try (Stream<Path> left = Files.exists(target) ? Files.list(target) : Stream.empty()) {
            assertThat(left).isEmpty();
        }
    }

    /** Completes when bytes have moved. */
    private static final class FirstBlock implements TransferListener {
        final CompletableFuture<Void> future = new CompletableFuture<>();

        @Override
        public void onProgress(long done, long total) {
            future.complete(null);
        }
    }
}
