package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientType;
import im.proto.base.OfflineFileInfo;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.server.IMFileTransferReq;
import im.server.token.Grant;
import im.server.token.TokenKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files of 4 GiB and more, and what lets clients in at file-servers, between real and scripted peers of both kinds. */
class LargeFilesAndTokensIT {
    private static final TransferFileType ONLINE = TransferFileType.FILE_TYPE_ONLINE;
    private static final TransferFileType OFFLINE = TransferFileType.FILE_TYPE_OFFLINE;
    private static final long LARGE = 5L << 30;
    private static final long EXPIRES = 2_000_000_000L;
    private static final ByteString SHA256 = ByteString.copyFrom(new byte[32]);

    private final TokenKey key = TokenKey.random();
    private FakeFileServer files;
    private Stack stack;
    private Client alice;

    @BeforeEach
    void start() throws IOException {
        files = new FakeFileServer("10.0.0.1", 8600, "one");
        files.capabilities = Capabilities.LARGE_FILES;
        files.tokenKey = ByteString.copyFrom(key.bytes());
        files.expiresAt = EXPIRES;
        stack = Stack.start(Map.of("tokens.valid-for", "1 hour"), files);
        alice = stack.capableDesktop("alice");
    }

    @AfterEach
    void stop() throws IOException {
        stack.close();
    }

    private static IMFileReq large(TransferFileType mode) {
        return Client.fileRequest(2, "f.bin", mode).toBuilder()
                .setFileSize(-1)
                .setFileSize64(LARGE)
                .build();
    }

    private static IMFileRsp ask(Client sender, IMFileReq request) throws IOException {
        sender.wire.send(Commands.FILE_REQUEST, 200, request);
        return sender.expect(Commands.FILE_RESPONSE);
    }

    private static void assertRefused(IMFileRsp answer, String why) {
        assertThat(answer.getResultCode()).isEqualTo(1);
        assertThat(answer.getTaskId()).isEmpty();
        assertThat(answer.getResultString()).isEqualTo(why);
    }

    private void assertLetsIn(ByteString token, int user, String task, ClientFileRole role) {
        Grant grant = new Grant(task, user, role);
        Instant now = Instant.now();
        assertThat(key.objection(token.toByteArray(), grant, now)).isEmpty();
        assertThat(key.objection(token.toByteArray(), grant, now.plus(Duration.ofMinutes(59))))
                .isEmpty();
        assertThat(key.objection(token.toByteArray(), grant, now.plus(Duration.ofMinutes(61))))
                .isPresent();
    }

    @Test
    void aLargeFileIsOfferedWithItsWholeSize() throws Exception {
        Client bob = stack.capableDesktop("bob");

        assertThat(ask(alice, large(ONLINE).toBuilder().setSha256(SHA256).build())
                        .getResultCode())
                .isZero();

        IMFileNotify notice = bob.expect(Commands.FILE_NOTIFY);
        assertThat(notice.getFileSize()).isEqualTo(-1);
        assertThat(notice.getFileSize64()).isEqualTo(LARGE);
        assertThat(notice.getSha256()).isEqualTo(SHA256);
        IMFileTransferReq asked = files.asked.take();
        assertThat(asked.getFileSize()).isEqualTo(-1);
        assertThat(asked.getFileSize64()).isEqualTo(LARGE);
        assertThat(asked.getSha256()).isEqualTo(SHA256);
    }

    @Test
    void anOldReceiverIsNotOfferedALargeFileAndTheSenderHearsWhy() throws Exception {
        Client bob = stack.desktop("bob");

        assertRefused(ask(alice, large(ONLINE)), "the program of the other user cannot handle files of 4 GiB or more");

        assertThat(files.asked).isEmpty();
        bob.expectNothing();
    }

    @Test
    void aSenderThatHasNotSaidItCanIsRefused() throws Exception {
        Client bob = stack.desktop("bob");
        assertRefused(ask(bob, large(ONLINE)), "this program has not said that it can handle files of 4 GiB or more");
        assertThat(files.asked).isEmpty();
    }

    @Test
    void aFileServerThatHasNotSaidItCanIsNotAsked() throws Exception {
        try (Stack other = Stack.start(Map.of(), new FakeFileServer("10.0.0.2", 8600, "two"))) {
            Client carol = other.capableDesktop("carol");
            assertRefused(ask(carol, large(ONLINE)), "no file-server that is ready can handle files of 4 GiB or more");
            assertThat(ask(carol, Client.fileRequest(2, "f.bin", ONLINE)).getResultCode())
                    .isZero();
        }
    }

    @Test
    void anOldClientHearsOfNoCapabilities() throws Exception {
        assertThat(stack.connect().login("bob", ClientType.CLIENT_TYPE_WINDOWS).hasCapabilities())
                .isFalse();
    }

    @Test
    void aFileServersReasonReachesTheSender() throws Exception {
        files.mood = FakeFileServer.Mood.REFUSING;
        files.refusal = "the store is full";
        assertRefused(ask(alice, Client.fileRequest(2, "f.bin", OFFLINE)), "the store is full");
    }

    @Test
    void aChecksumThatIsNoneCostsTheConnection() throws Exception {
        alice.wire.send(
                Commands.FILE_REQUEST,
                200,
                Client.fileRequest(2, "f.bin", ONLINE).toBuilder()
                        .setSha256(SHA256.substring(1))
                        .build());
        alice.wire.expectClosed();
    }

    @Test
    void senderAndReceiverOfARelayGetTokens() throws Exception {
        Client bob = stack.desktop("bob");
        IMFileRsp answer = ask(alice, Client.fileRequest(2, "f.bin", ONLINE));
        IMFileNotify notice = bob.expect(Commands.FILE_NOTIFY);

        String task = answer.getTaskId();
        assertLetsIn(answer.getToken(), 1, task, ClientFileRole.CLIENT_REALTIME_SENDER);
        assertLetsIn(notice.getToken(), 2, task, ClientFileRole.CLIENT_REALTIME_RECVER);
    }

    @Test
    void uploaderAndReceiverOfAStoredFileGetTokensAndHearWhenItExpires() throws Exception {
        Client bob = stack.desktop("bob");
        IMFileRsp answer = ask(alice, Client.fileRequest(2, "f.bin", OFFLINE));
        IMFileNotify notice = bob.expect(Commands.FILE_NOTIFY);

        String task = answer.getTaskId();
        assertLetsIn(answer.getToken(), 1, task, ClientFileRole.CLIENT_OFFLINE_UPLOAD);
        assertLetsIn(notice.getToken(), 2, task, ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);
        assertThat(answer.getExpiresAt()).isEqualTo(EXPIRES);
        assertThat(notice.getExpiresAt()).isEqualTo(EXPIRES);
    }

    @Test
    void aListOfWaitingFilesHasTokensAndLeavesOutWhatAnOldProgramCannotHandle() throws Exception {
        OfflineFileInfo.Builder small = OfflineFileInfo.newBuilder()
                .setFromUserId(1)
                .setTaskId("small")
                .setFileName("f.bin")
                .setFileSize(7)
                .setFileServerId("one")
                .setExpiresAt(EXPIRES)
                .setSha256(SHA256);
        OfflineFileInfo.Builder large =
                small.clone().setTaskId("large").setFileSize(-1).setFileSize64(LARGE);
        stack.db.waiting = List.of(small.build(), large.build());

        IMFileHasOfflineRsp old = list(stack.desktop("bob"));
        assertThat(old.getOfflineFileListList())
                .extracting(OfflineFileInfo::getTaskId)
                .containsExactly("small");
        assertLetsIn(old.getOfflineFileList(0).getToken(), 2, "small", ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);

        IMFileHasOfflineRsp capable = list(stack.capableDesktop("bob"));
        assertThat(capable.getOfflineFileListList())
                .extracting(OfflineFileInfo::getTaskId)
                .containsExactly("small", "large");
        OfflineFileInfo whole = capable.getOfflineFileList(1);
        assertThat(whole.getFileSize64()).isEqualTo(LARGE);
        assertThat(whole.getExpiresAt()).isEqualTo(EXPIRES);
        assertThat(whole.getSha256()).isEqualTo(SHA256);
        assertLetsIn(whole.getToken(), 2, "large", ClientFileRole.CLIENT_OFFLINE_DOWNLOAD);
    }

    private static IMFileHasOfflineRsp list(Client client) throws IOException {
        client.wire.send(
                Commands.FILE_HAS_OFFLINE_REQ,
                300,
                IMFileHasOfflineReq.newBuilder().setUserId(2).build());
        return client.expect(Commands.FILE_HAS_OFFLINE_RES);
    }
}
