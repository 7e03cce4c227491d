package im.file;

import static im.file.FileServerFixture.ALICE;
import static im.file.FileServerFixture.BOB;
import static im.file.FileServerFixture.block;
import static im.file.FileServerFixture.loginRequest;
import static im.file.FileServerFixture.pull;
import static im.file.FileServerFixture.state;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_DOWNLOAD;
import static im.proto.base.ClientFileRole.CLIENT_OFFLINE_UPLOAD;
import static im.proto.base.ClientFileRole.CLIENT_REALTIME_RECVER;
import static im.proto.base.ClientFileRole.CLIENT_REALTIME_SENDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileLoginReq;
import im.proto.file.IMFilePullDataReq;
import im.proto.file.IMFilePullDataRsp;
import im.proto.file.IMFileState;
import im.proto.other.IMHeartBeat;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.testkit.FaultProxy;
import im.testkit.WireClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real file-server and bare sockets. */
class FileServerIT {
    /** What an uploader is asked for at a time. */
    private static final int BLOCK = 32 << 10;

    @TempDir
    Path folder;

    private FileServerFixture server;

    @BeforeEach
    void start() throws IOException {
        server = new FileServerFixture(folder, "transfer.done-grace=100ms");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private byte[] download(String task, int size) throws IOException {
        WireClient bob = server.downloader(task);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int offset = 0; offset < size; offset += 32 << 10) {
            bob.send(Commands.FILE_PULL_DATA_REQ, offset >> 15, pull(task, offset, 32 << 10));
            WireClient.Frame answer = bob.expectFrame(Commands.FILE_PULL_DATA_RSP);
            assertThat(answer.seq()).isEqualTo(offset >> 15);
            IMFilePullDataRsp block = answer.parse(Commands.FILE_PULL_DATA_RSP);
            assertThat(block.getOffset()).isEqualTo(offset);
            block.getFileData().writeTo(received);
        }
        IMFileState done = bob.expect(Commands.FILE_STATE);
        assertThat(done).isEqualTo(state(task, ALICE, ClientFileState.CLIENT_FILE_DONE));
        bob.expectClosed();
        return received.toByteArray();
    }

    /** Somebody else's transfer goes on whatever a hostile client does. */
    private void assertOthersAreUntouched() throws IOException {
        byte[] content = content(70_000);
        assertThat(download(server.stored(content), content.length)).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 1 << 20})
    void keepsAFileAndGivesItBack(int size) throws Exception {
        byte[] content = content(size);
        assertThat(download(server.stored(content), size)).isEqualTo(content);
    }

    @Test
    void aStoredFileCanBeFetchedAfterARestartAndByTwoDevicesAtOnce() throws Exception {
        byte[] content = content(100_000);
        String task = server.stored(content);
        server.close();
        server = new FileServerFixture(folder);
        WireClient phone = server.downloader(task);
        assertThat(download(task, content.length)).isEqualTo(content);
        phone.send(Commands.FILE_PULL_DATA_REQ, 1, pull(task, 99_000, 32 << 10));
        assertThat(phone.expect(Commands.FILE_PULL_DATA_RSP).getFileData().toByteArray())
                .isEqualTo(Arrays.copyOfRange(content, 99_000, 100_000));
    }

    /**
     * Answers every pull with the next bytes of the file, whatever its offset, as clients do that read theirs as a stream.
     *
     * @param blockLength how long answers are at least, with zeros behind the data
     */
    private static void uploadAsAStream(WireClient uploader, String task, byte[] content, int blockLength)
            throws IOException {
        ByteArrayInputStream stream = new ByteArrayInputStream(content);
        while (stream.available() > 0) {
            IMFilePullDataReq pull = uploader.expect(Commands.FILE_PULL_DATA_REQ);
            byte[] data = stream.readNBytes(pull.getDataSize());
            byte[] answer = Arrays.copyOf(data, Math.max(data.length, blockLength));
            uploader.send(
                    Commands.FILE_PULL_DATA_RSP, 0, block(task, ALICE, pull.getOffset(), ByteString.copyFrom(answer)));
        }
        assertThat(uploader.expect(Commands.FILE_STATE))
                .isEqualTo(state(task, ALICE, ClientFileState.CLIENT_FILE_DONE));
        uploader.expectClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 32 << 10})
    void takesAFileFromClientsThatReadItAsAStreamOrPadTheirAnswers(int blockLength) throws Exception {
        byte[] content = content((6 << 20) + 17);
        String task = server.offline(content.length);
        uploadAsAStream(server.uploader(task), task, content, blockLength);
        assertThat(download(task, content.length)).isEqualTo(content);
    }

    @Test
    void paddedAnswersToSmallPullsAreCutWhileManyAreUnderWay() throws Exception {
        server.close();
        server = new FileServerFixture(folder, "transfer.upload-block=1000");
        byte[] content = content(300_017);
        String task = server.offline(content.length);
        uploadAsAStream(server.uploader(task), task, content, 32 << 10);
        assertThat(download(task, content.length)).isEqualTo(content);
    }

    @Test
    void anUploadOverALongWayIs90TimesAsFastAsOneBlockPerRoundTrip() throws Exception {
        byte[] content = new byte[64 << 20];
        int blocks = content.length / BLOCK;
        String task = server.offline(content.length);
        try (FaultProxy longWay =
                FaultProxy.to(server.server().clientAddresses().get(0))) {
            longWay.delay(Duration.ofMillis(25));
            WireClient uploader = WireClient.connect(longWay.address());
            uploader.send(Commands.FILE_LOGIN_REQ, 1, login(ALICE, task, CLIENT_OFFLINE_UPLOAD));
            assertThat(uploader.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
            int roundTrips = 0;
            int answered = 0;
            // What is asked for after everything so far was answered, which takes one round trip.
            for (int asked = 1; answered < blocks; asked = Math.min(asked * (asked < 8 ? 3 : 2), 128)) {
                int offset = answered * BLOCK;
                int length = Math.min(asked, blocks - answered);
                for (int i = 0; i < length; i++) {
                    assertThat(uploader.expect(Commands.FILE_PULL_DATA_REQ).getOffset())
                            .isEqualTo(offset + i * BLOCK);
                }
                for (int i = 0; i < length; i++) {
                    uploader.send(
                            Commands.FILE_PULL_DATA_RSP,
                            0,
                            block(task, ALICE, offset + i * BLOCK, ByteString.copyFrom(content, 0, BLOCK)));
                }
                answered += length;
                roundTrips++;
            }
            assertThat(uploader.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
            assertThat(roundTrips * 90).isLessThanOrEqualTo(blocks);
            uploader.close();
        }
    }

    @Test
    void blocksOfADownloadGrowForAClientThatSaidItWantsThat() throws Exception {
        byte[] content = content(1_000_000);
        String task = server.stored(content);
        WireClient bob = server.connect();
        bob.send(
                Commands.FILE_LOGIN_REQ,
                1,
                login(BOB, task, CLIENT_OFFLINE_DOWNLOAD).toBuilder()
                        .setCapabilities(Capabilities.GROWING_BLOCKS)
                        .build());
        assertThat(bob.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        List<Integer> lengths = new ArrayList<>(List.of(BLOCK));
        while (received.size() < content.length) {
            int last = lengths.get(lengths.size() - 1);
            bob.send(Commands.FILE_PULL_DATA_REQ, 7, pull(task, received.size(), last));
            ByteString data = bob.expect(Commands.FILE_PULL_DATA_RSP).getFileData();
            lengths.add(data.size());
            data.writeTo(received);
        }
        assertThat(lengths).containsExactly(BLOCK, BLOCK, 2 * BLOCK, 4 * BLOCK, 8 * BLOCK, 8 * BLOCK, 246_336);
        assertThat(received.toByteArray()).isEqualTo(content);
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
    }

    @Test
    void anUploadThatIsNotFinishedIsOfferedToNobody() throws Exception {
        String task = server.offline(100_000);
        WireClient uploader = server.uploader(task);
        uploader.expect(Commands.FILE_PULL_DATA_REQ);
        server.login(BOB, task, CLIENT_OFFLINE_DOWNLOAD, 1).expectClosed();
        uploader.reset();
        server.login(BOB, task, CLIENT_OFFLINE_DOWNLOAD, 1).expectClosed();
    }

    @Test
    void relaysManyPullsInFlightInOrder() throws Exception {
        String task = server.online(10 * 1024);
        WireClient alice = server.sender(task);
        WireClient bob = server.receiver(task);
        bob.expect(Commands.FILE_STATE);
        for (int i = 0; i < 10; i++) {
            bob.send(Commands.FILE_PULL_DATA_REQ, 100 + i, pull(task, i * 1024, 1024));
        }
        for (int i = 0; i < 10; i++) {
            int offset = alice.expect(Commands.FILE_PULL_DATA_REQ).getOffset();
            alice.send(
                    Commands.FILE_PULL_DATA_RSP,
                    5000 + i,
                    block(task, ALICE, offset, ByteString.copyFrom(content(1024))));
        }
        for (int i = 0; i < 10; i++) {
            WireClient.Frame frame = bob.expectFrame(Commands.FILE_PULL_DATA_RSP);
            assertThat(frame.seq()).isEqualTo(100 + i);
            assertThat(frame.parse(Commands.FILE_PULL_DATA_RSP).getOffset()).isEqualTo(i * 1024);
        }
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        assertThat(alice.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        bob.expectClosed();
        alice.expectClosed();
    }

    /** Of one that has not announced it, that is the end of a good transfer. */
    @Test
    void aReceiverThatAnnouncedItsDoneAndLeavesWithoutCancelsTheTransfer() throws Exception {
        String task = server.online(10);
        WireClient alice = server.sender(task);
        WireClient bob = server.login(
                loginRequest(BOB, task, CLIENT_REALTIME_RECVER).setCapabilities(Capabilities.SAYS_DONE), 0);
        bob.expect(Commands.FILE_STATE);
        bob.send(Commands.FILE_PULL_DATA_REQ, 3, pull(task, 0, 10));
        alice.expect(Commands.FILE_PULL_DATA_REQ);
        alice.send(Commands.FILE_PULL_DATA_RSP, 3, block(task, ALICE, 0, ByteString.copyFrom(content(10))));
        bob.expect(Commands.FILE_PULL_DATA_RSP);
        bob.close();
        assertThat(alice.expect(Commands.FILE_STATE)).isEqualTo(state(task, BOB, ClientFileState.CLIENT_FILE_CANCEL));
        alice.expectClosed();
    }

    @Test
    void aPullBeforeTheSenderIsInWaitsForIt() throws Exception {
        String task = server.online(10);
        WireClient bob = server.receiver(task);
        bob.send(Commands.FILE_PULL_DATA_REQ, 3, pull(task, 0, 32 << 10));
        WireClient alice = server.sender(task);
        assertThat(alice.expectFrame(Commands.FILE_PULL_DATA_REQ).seq()).isEqualTo(3);
    }

    @Test
    void aVanishedSenderEndsTheTaskForTheReceiver() throws Exception {
        String task = server.online(10);
        WireClient bob = server.receiver(task);
        WireClient alice = server.sender(task);
        bob.expect(Commands.FILE_STATE);
        alice.reset();
        assertThat(bob.expect(Commands.FILE_STATE)).isEqualTo(state(task, ALICE, ClientFileState.CLIENT_FILE_CANCEL));
        bob.expectClosed();
    }

    @Test
    void aTaskSaysWhatTheMsgServerAskedForAndReturnsItsToken() throws Exception {
        IMFileTransferReq request = IMFileTransferReq.newBuilder()
                .setFromUserId(1)
                .setToUserId(2)
                .setFileName("a")
                .setFileSize(5)
                .setTransMode(TransferFileType.FILE_TYPE_OFFLINE)
                .setAttachData(ByteString.copyFromUtf8("token"))
                .build();
        server.msgServer().send(Commands.OTHER_FILE_TRANSFER_REQ, 200, request);
        WireClient.Frame frame = server.msgServer().expectFrame(Commands.OTHER_FILE_TRANSFER_RSP);
        IMFileTransferRsp answer = frame.parse(Commands.OTHER_FILE_TRANSFER_RSP);
        assertThat(frame.seq()).isEqualTo(200);
        assertThat(answer.getAttachData().toStringUtf8()).isEqualTo("token");
        assertThat(answer.getTransMode()).isEqualTo(TransferFileType.FILE_TYPE_OFFLINE);
        assertThat(answer.getTaskId()).hasSize(36);
    }

    @Test
    void aTaskThatCannotBeCreatedCostsAResultCodeAndNotTheLink() throws Exception {
        server.msgServer()
                .send(
                        Commands.OTHER_FILE_TRANSFER_REQ,
                        7,
                        IMFileTransferReq.newBuilder()
                                .setFromUserId(1)
                                .setToUserId(1)
                                .setFileName("a")
                                .setFileSize(5)
                                .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                                .build());
        assertThat(server.msgServer().expect(Commands.OTHER_FILE_TRANSFER_RSP).getResultCode())
                .isNotZero();
        assertThat(server.online(5)).hasSize(36);
    }

    private String refusal(IMFileTransferReq.Builder request) throws IOException {
        IMFileTransferRsp answer =
                server.ask(request.setFromUserId(1).setFileSize(5).setTransMode(TransferFileType.FILE_TYPE_ONLINE));
        assertThat(answer.getResultCode()).isNotZero();
        return answer.getResultString();
    }

    @Test
    void whyATaskCannotBeCreatedIsSaid() throws Exception {
        IMFileTransferReq.Builder sound =
                IMFileTransferReq.newBuilder().setToUserId(2).setFileName("a");
        assertThat(refusal(sound.clone().setToUserId(1))).isEqualTo("a file to oneself");
        assertThat(refusal(sound.clone().setFileName("x".repeat(1025)))).isEqualTo("a name of 1025 characters");
        assertThat(refusal(sound.clone().setGroupId(7))).isEqualTo("a file for a group can only be stored");
        assertThat(server.task(TransferFileType.FILE_TYPE_ONLINE, "x".repeat(1024), 5))
                .hasSize(36);
    }

    @Test
    void tellsTheAddressThatIsReachedAndTheIdOfItsStore() throws Exception {
        server.msgServer().send(Commands.OTHER_FILE_SERVER_IP_REQ, 1, IMFileServerIPReq.getDefaultInstance());
        IMFileServerIPRsp answer = server.msgServer().expect(Commands.OTHER_FILE_SERVER_IP_RSP);
        assertThat(answer.getIpAddrList(0).getIp()).isEqualTo("127.0.0.1");
        assertThat(answer.getIpAddrList(0).getPort())
                .isEqualTo(server.server().clientAddresses().get(0).getPort());
        assertThat(answer.getServerId()).isEqualTo(Files.readString(folder.resolve("id")));
    }

    @Test
    void aStoredFileIsServedByEveryShard() throws Exception {
        server.close();
        server = new FileServerFixture(folder, "shards=2");
        byte[] content = content(1000);
        String task = server.stored(content);
        try (WireClient bob =
                WireClient.connect(server.server().clientAddresses().get(1))) {
            bob.send(Commands.FILE_LOGIN_REQ, 1, login(BOB, task, CLIENT_OFFLINE_DOWNLOAD));
            assertThat(bob.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
        }
    }

    private static IMFileLoginReq login(int user, String task, ClientFileRole role) {
        return IMFileLoginReq.newBuilder()
                .setUserId(user)
                .setTaskId(task)
                .setFileRole(role)
                .build();
    }

    // Who may not, and what must not hurt.

    @Test
    void strangersAndWrongRolesAreToldSoAndClosed() throws Exception {
        String online = server.online(10);
        server.login(3, online, CLIENT_REALTIME_SENDER, 1).expectClosed();
        server.login(BOB, online, CLIENT_REALTIME_SENDER, 1).expectClosed();
        server.login(ALICE, online, CLIENT_OFFLINE_UPLOAD, 1).expectClosed();
        String stored = server.stored(content(10));
        server.login(ALICE, stored, CLIENT_OFFLINE_DOWNLOAD, 1).expectClosed();
        server.login(3, stored, CLIENT_OFFLINE_DOWNLOAD, 1).expectClosed();
        assertOthersAreUntouched();
    }

    @Test
    void aStrangerWhoIsRefusedNeitherGetsNorDisturbsWhatIsUnderWay() throws Exception {
        byte[] content = content(20);
        String task = server.online(content.length);
        WireClient alice = server.sender(task);
        WireClient bob = server.receiver(task);
        bob.expect(Commands.FILE_STATE);
        for (int offset = 0; offset < content.length; offset += 10) {
            bob.send(Commands.FILE_PULL_DATA_REQ, 3, pull(task, offset, 10));
            alice.expect(Commands.FILE_PULL_DATA_REQ);
            for (int user : new int[] {ALICE, BOB, 3}) {
                for (ClientFileRole role : ClientFileRole.values()) {
                    WireClient stranger = server.login(user, task, role, 1);
                    // What comes behind a refusal is not heard.
                    stranger.send(
                            Commands.FILE_PULL_DATA_RSP,
                            4,
                            block(task, ALICE, offset, ByteString.copyFrom(new byte[10])));
                    stranger.expectClosed();
                }
            }
            ByteString data = ByteString.copyFrom(content, offset, 10);
            alice.send(Commands.FILE_PULL_DATA_RSP, 3, block(task, ALICE, offset, data));
            assertThat(bob.expect(Commands.FILE_PULL_DATA_RSP).getFileData()).isEqualTo(data);
        }
    }

    @Test
    void aRoleThatIsTakenStaysTaken() throws Exception {
        String task = server.online(10);
        WireClient alice = server.sender(task);
        server.login(ALICE, task, CLIENT_REALTIME_SENDER, 1).expectClosed();
        WireClient bob = server.receiver(task);
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_PEER_READY);
        server.login(BOB, task, CLIENT_REALTIME_RECVER, 1).expectClosed();
        bob.send(Commands.FILE_PULL_DATA_REQ, 3, pull(task, 0, 10));
        alice.expect(Commands.FILE_PULL_DATA_REQ);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../etc/passwd", "/etc/passwd", "", "..", "aa/../bb"})
    void aPathIsNoTaskId(String path) throws Exception {
        server.login(BOB, path, CLIENT_OFFLINE_DOWNLOAD, 1).expectClosed();
        assertOthersAreUntouched();
    }

    @Test
    void twoFailingLoginsInOneSegmentCloseOneConnectionOnce() throws Exception {
        WireClient stranger = server.connect();
        byte[] bad = WireClient.frame(Commands.FILE_LOGIN_REQ, 1, login(3, "no", CLIENT_REALTIME_SENDER));
        stranger.sendRaw(ByteBuffer.allocate(2 * bad.length).put(bad).put(bad).array());
        assertThat(stranger.expect(Commands.FILE_LOGIN_RES).getResultCode()).isEqualTo(1);
        stranger.expectClosed();
        assertOthersAreUntouched();
    }

    @Test
    void aCommandBeforeTheLoginClosesTheConnection() throws Exception {
        String task = server.online(10);
        WireClient stranger = server.connect();
        stranger.send(Commands.FILE_STATE, 1, state(task, ALICE, ClientFileState.CLIENT_FILE_CANCEL));
        stranger.expectClosed();
        server.sender(task);
    }

    @Test
    void aHeartbeatBeforeTheLoginIsEchoed() throws Exception {
        WireClient stranger = server.connect();
        stranger.send(Commands.OTHER_HEARTBEAT, 7, IMHeartBeat.getDefaultInstance());
        assertThat(stranger.receive().seq()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000001000100000005050100010000", // length 1
                "ffffffff000100000005050100010000", // 4 GiB
                "0000000f000100000005050100010000", // shorter than the header
                "00001001000100000005050100010000", // more than a stranger may send
                "000000120001000000050501000100000aff", // a body that ends within a field
                "deadbeefdeadbeefdeadbeefdeadbeef",
            })
    void garbageClosesTheConnection(String hex) throws Exception {
        WireClient stranger = server.connect();
        stranger.sendRaw(HexFormat.of().parseHex(hex));
        stranger.expectClosed();
        assertOthersAreUntouched();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 11, 0})
    void anUploadBlockOfAnotherLengthThanAskedIsNeverStored(int length) throws Exception {
        String task = server.offline(10);
        WireClient uploader = server.uploader(task);
        uploader.expect(Commands.FILE_PULL_DATA_REQ);
        uploader.send(Commands.FILE_PULL_DATA_RSP, 0, block(task, ALICE, 0, ByteString.copyFrom(new byte[length])));
        uploader.expectClosed();
        server.login(BOB, task, CLIENT_OFFLINE_DOWNLOAD, 1).expectClosed();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(path -> path.endsWith("-file"));
        }
        assertOthersAreUntouched();
    }

    @ParameterizedTest
    @ValueSource(ints = {BLOCK - 1, BLOCK + 1, 0})
    void aWrongBlockAmongManyThatWereAskedForEndsTheUpload(int length) throws Exception {
        String task = server.offline(100L * BLOCK);
        WireClient uploader = server.uploader(task);
        for (int i = 0; i < 4; i++) {
            assertThat(uploader.expect(Commands.FILE_PULL_DATA_REQ).getOffset()).isEqualTo(i * BLOCK);
            byte[] data = new byte[i < 3 ? BLOCK : length];
            uploader.send(Commands.FILE_PULL_DATA_RSP, 0, block(task, ALICE, i * BLOCK, ByteString.copyFrom(data)));
        }
        // What was asked for before the wrong block came is not looked at.
        assertThatThrownBy(() -> {
                    while (true) {
                        uploader.expect(Commands.FILE_PULL_DATA_REQ);
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("closed");
        server.login(BOB, task, CLIENT_OFFLINE_DOWNLOAD, 1).expectClosed();
        assertOthersAreUntouched();
    }

    @Test
    void anUploaderThatCannotReadItsFileWhileMuchIsAskedForIsToldThatThisIsTheEnd() throws Exception {
        String task = server.offline(100L * BLOCK);
        WireClient uploader = server.uploader(task);
        uploader.expect(Commands.FILE_PULL_DATA_REQ);
        uploader.send(Commands.FILE_PULL_DATA_RSP, 0, block(task, ALICE, 0, ByteString.copyFrom(new byte[BLOCK])));
        for (int i = 1; i < 4; i++) {
            uploader.expect(Commands.FILE_PULL_DATA_REQ);
        }
        uploader.send(
                Commands.FILE_PULL_DATA_RSP,
                0,
                block(task, ALICE, BLOCK, ByteString.EMPTY).toBuilder()
                        .setResultCode(1)
                        .build());
        assertThat(uploader.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        uploader.expectClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 11})
    void aRelayedBlockOfAnotherLengthThanAskedEndsTheTaskAndIsNotPassedOn(int length) throws Exception {
        String task = server.online(100);
        WireClient alice = server.sender(task);
        WireClient bob = server.receiver(task);
        bob.expect(Commands.FILE_STATE);
        bob.send(Commands.FILE_PULL_DATA_REQ, 3, pull(task, 0, 10));
        alice.expect(Commands.FILE_PULL_DATA_REQ);
        alice.send(Commands.FILE_PULL_DATA_RSP, 3, block(task, ALICE, 0, ByteString.copyFrom(new byte[length])));
        alice.expectClosed();
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_CANCEL);
        assertOthersAreUntouched();
    }

    @Test
    void whoSpeaksForAnotherUserOrTaskIsClosed() throws Exception {
        String task = server.online(100);
        WireClient alice = server.sender(task);
        alice.send(Commands.FILE_STATE, 3, state(task, BOB, ClientFileState.CLIENT_FILE_REFUSE));
        alice.expectClosed();
        String other = server.online(100);
        WireClient bob = server.receiver(other);
        bob.send(Commands.FILE_PULL_DATA_REQ, 3, pull(task, 0, 10));
        bob.expectClosed();
    }

    @Test
    void aSenderMayNotPullAndAReceiverMayNotSendBlocks() throws Exception {
        String task = server.online(100);
        WireClient alice = server.sender(task);
        alice.send(Commands.FILE_PULL_DATA_REQ, 3, pull(task, 0, 10));
        alice.expectClosed();
        String other = server.online(100);
        WireClient bob = server.receiver(other);
        bob.send(Commands.FILE_PULL_DATA_RSP, 3, block(other, BOB, 0, ByteString.EMPTY));
        bob.expectClosed();
        assertOthersAreUntouched();
    }

    @Test
    void aPullThatIsStuffedClosesTheConnection() throws Exception {
        String task = server.online(100);
        WireClient bob = server.receiver(task);
        bob.send(
                Commands.FILE_PULL_DATA_REQ,
                3,
                pull(task, 0, 10).toBuilder()
                        .setUnknownFields(UnknownFieldSet.newBuilder()
                                .addField(
                                        99,
                                        UnknownFieldSet.Field.newBuilder()
                                                .addLengthDelimited(ByteString.copyFrom(new byte[1000]))
                                                .build())
                                .build())
                        .build());
        bob.expectClosed();
        assertOthersAreUntouched();
    }

    @Test
    void manyPullsBeforeTheSenderIsInAllReachIt() throws Exception {
        int pulls = 1000;
        String task = server.online(pulls);
        WireClient bob = server.receiver(task);
        for (int i = 0; i < pulls; i++) {
            bob.send(Commands.FILE_PULL_DATA_REQ, i, pull(task, i, 1));
        }
        WireClient alice = server.sender(task);
        for (int i = 0; i < pulls; i++) {
            assertThat(alice.expectFrame(Commands.FILE_PULL_DATA_REQ).seq()).isEqualTo(i);
        }
    }

    @Test
    void aReceiverThatReadsSlowlyGetsEveryByte() throws Exception {
        int size = 40 << 20;
        byte[] content = content(1 << 20);
        byte[] whole = new byte[size];
        for (int i = 0; i < size; i += content.length) {
            System.arraycopy(content, 0, whole, i, content.length);
        }
        String task = server.stored(whole);
        WireClient bob = server.downloader(task);
        int pulls = size / (256 << 10);
        for (int i = 0; i < pulls; i++) {
            bob.send(Commands.FILE_PULL_DATA_REQ, i, pull(task, i * (256 << 10), 256 << 10));
        }
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int i = 0; i < pulls; i++) {
            bob.expect(Commands.FILE_PULL_DATA_RSP).getFileData().writeTo(received);
        }
        assertThat(bob.expect(Commands.FILE_STATE).getState()).isEqualTo(ClientFileState.CLIENT_FILE_DONE);
        bob.expectClosed();
        assertThat(received.toByteArray()).isEqualTo(whole);
    }
}
