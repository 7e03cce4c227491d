package im.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.db.domain.Profile;
import im.db.domain.UserName;
import im.proto.Commands;
import im.proto.base.OfflineFileInfo;
import im.proto.base.UserInfo;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.server.IMValidateReq;
import im.proto.server.IMValidateRsp;
import im.testkit.TestDatabase;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a bare socket in the place of a msg-server. */
@Timeout(120)
class DbProxyIT {
    private static final ByteString TOKEN = ByteString.copyFrom(new byte[] {0, 1, -1, 42});
    private static final String ALICES_DIGEST = "15da1f78ad7d474862865bab1aab4d51";
    private static final int ALICE = 1;
    private static final int BOB = 2;

    private TestDatabase database;
    private DbProxy proxy;
    private WireClient client;

    @BeforeEach
    void start() throws Exception {
        database = TestDatabase.fresh();
        DbProxyConfig config = Configurations.of(database);
        try (Accounts accounts = Accounts.open(config)) {
            accounts.add(
                    new UserName("alice"),
                    "alicepw",
                    new Profile(1, "Alice", "http://a/b.png", 7, "alice@x", "Alice A.", "100", "hi"));
            accounts.add(new UserName("bob"), "bobpw", Profile.ofNickName("Bob"));
        }
        proxy = DbProxy.start(config);
        client = WireClient.connect(proxy.address());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        proxy.close();
        database.close();
    }

    private static IMValidateReq validate(String name, String password) {
        return IMValidateReq.newBuilder()
                .setUserName(name)
                .setPassword(password)
                .setAttachData(TOKEN)
                .build();
    }

    private IMValidateRsp login(String name, String password) throws IOException {
        client.send(Commands.OTHER_VALIDATE_REQ, 7, validate(name, password));
        return client.expect(Commands.OTHER_VALIDATE_RSP);
    }

    @Test
    void acceptsTheRightPasswordAndSaysWhoItIs() throws IOException {
        client.send(Commands.OTHER_VALIDATE_REQ, 65_535, validate("alice", ALICES_DIGEST));
        WireClient.Frame frame = client.expectFrame(Commands.OTHER_VALIDATE_RSP);
        assertThat(frame.seq()).isEqualTo(65_535);
        assertThat(frame.serviceId()).isEqualTo(7);
        IMValidateRsp answer = frame.parse(Commands.OTHER_VALIDATE_RSP);
        assertThat(answer.getResultCode()).isZero();
        assertThat(answer.getUserName()).isEqualTo("alice");
        assertThat(answer.getAttachData()).isEqualTo(TOKEN);
        assertThat(answer.getUserInfo())
                .isEqualTo(UserInfo.newBuilder()
                        .setUserId(ALICE)
                        .setUserGender(1)
                        .setUserNickName("Alice")
                        .setAvatarUrl("http://a/b.png")
                        .setDepartmentId(7)
                        .setEmail("alice@x")
                        .setUserRealName("Alice A.")
                        .setUserTel("100")
                        .setUserDomain("alice")
                        .setStatus(0)
                        .setSignInfo("hi")
                        .build());
    }

    @Test
    void refusesAWrongPasswordAndAnUnknownUserInTheSameWords() throws IOException {
        IMValidateRsp wrong = login("alice", "00000000000000000000000000000000");
        IMValidateRsp unknown = login("nobody", ALICES_DIGEST);
        IMValidateRsp plain = login("alice", "alicepw");
        IMValidateRsp noName = login("", ALICES_DIGEST);
        assertThat(wrong.getResultCode()).isEqualTo(1);
        assertThat(wrong.hasUserInfo()).isFalse();
        assertThat(wrong.getAttachData()).isEqualTo(TOKEN);
        for (IMValidateRsp other : new IMValidateRsp[] {unknown, plain, noName}) {
            assertThat(other.toBuilder().setUserName("alice").build()).isEqualTo(wrong);
        }
    }

    @Test
    void takesSqlInANameForAName() throws IOException {
        assertThat(login("alice' OR '1'='1", ALICES_DIGEST).getResultCode()).isEqualTo(1);
        assertThat(login("alice'; DROP TABLE users; -- ", ALICES_DIGEST).getResultCode())
                .isEqualTo(1);
        assertThat(login("alice", ALICES_DIGEST).getResultCode()).isZero();
    }

    @Test
    void countsAChangedPasswordAtOnce() throws IOException {
        assertThat(login("alice", ALICES_DIGEST).getResultCode()).isZero();
        try (Accounts accounts = Accounts.open(Configurations.of(database))) {
            accounts.changePassword(new UserName("alice"), "new");
        }
        assertThat(login("alice", ALICES_DIGEST).getResultCode()).isEqualTo(1);
    }

    @Test
    void answersAPipelinedStormOfLogins() throws IOException {
        byte[] one = WireClient.frame(Commands.OTHER_VALIDATE_REQ, 1, validate("alice", ALICES_DIGEST));
        int count = 300;
        ByteBuffer storm = ByteBuffer.allocate(one.length * count);
        while (storm.hasRemaining()) {
            storm.put(one);
        }
        client.sendRaw(storm.array());
        for (int i = 0; i < count; i++) {
            assertThat(client.expect(Commands.OTHER_VALIDATE_RSP).getResultCode())
                    .isZero();
        }
    }

    private static IMFileAddOfflineReq.Builder add(String taskId) {
        return IMFileAddOfflineReq.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(BOB)
                .setTaskId(taskId)
                .setFileName("hello.bin")
                .setFileSize(-1)
                .setFileServerId("file-server-1")
                .setAttachData(TOKEN);
    }

    private static IMFileDelOfflineReq deletion(String taskId) {
        return IMFileDelOfflineReq.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(BOB)
                .setTaskId(taskId)
                .setAttachData(TOKEN)
                .build();
    }

    private IMFileHasOfflineRsp waitingFor(int user) throws IOException {
        client.send(
                Commands.FILE_HAS_OFFLINE_REQ,
                9,
                IMFileHasOfflineReq.newBuilder()
                        .setUserId(user)
                        .setAttachData(TOKEN)
                        .build());
        WireClient.Frame frame = client.expectFrame(Commands.FILE_HAS_OFFLINE_RES);
        assertThat(frame.seq()).isEqualTo(9);
        return frame.parse(Commands.FILE_HAS_OFFLINE_RES);
    }

    @Test
    void recordsAFileOnceHoweverOftenItIsReported() throws IOException {
        IMFileAddOfflineReq request = add("task-1").build();
        for (int seq = 1; seq <= 2; seq++) {
            client.send(Commands.FILE_ADD_OFFLINE_REQ, seq, request);
            WireClient.Frame frame = client.expectFrame(Commands.FILE_ADD_OFFLINE_REQ);
            assertThat(frame.seq()).isEqualTo(seq);
            assertThat(frame.parse(Commands.FILE_ADD_OFFLINE_REQ))
                    .isEqualTo(request.toBuilder().setResultCode(0).build());
        }
        IMFileHasOfflineRsp waiting = waitingFor(BOB);
        assertThat(waiting.getUserId()).isEqualTo(BOB);
        assertThat(waiting.getAttachData()).isEqualTo(TOKEN);
        assertThat(waiting.getIpAddrListCount()).isZero();
        assertThat(waiting.getOfflineFileListList())
                .containsExactly(OfflineFileInfo.newBuilder()
                        .setFromUserId(ALICE)
                        .setTaskId("task-1")
                        .setFileName("hello.bin")
                        .setFileSize(-1)
                        .setFileServerId("file-server-1")
                        .build());
        assertThat(waitingFor(ALICE).getOfflineFileListList()).isEmpty();
    }

    @Test
    void keepsWhatAFileServerKnowsOfItsFile() throws IOException {
        long inAYear = Instant.now().plus(Duration.ofDays(365)).getEpochSecond();
        ByteString sha256 = ByteString.copyFrom(new byte[32]);
        client.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                1,
                add("task-1")
                        .setFileSize64(5_000_000_000L)
                        .setExpiresAt(inAYear)
                        .setSha256(sha256)
                        .build());
        assertThat(client.expect(Commands.FILE_ADD_OFFLINE_REQ).getResultCode()).isZero();
        assertThat(waitingFor(BOB).getOfflineFileListList())
                .containsExactly(OfflineFileInfo.newBuilder()
                        .setFromUserId(ALICE)
                        .setTaskId("task-1")
                        .setFileName("hello.bin")
                        .setFileSize(-1)
                        .setFileSize64(5_000_000_000L)
                        .setFileServerId("file-server-1")
                        .setExpiresAt(inAYear)
                        .setSha256(sha256)
                        .build());
    }

    @Test
    void refusesTimesAndChecksumsThatCannotBe() throws IOException {
        for (IMFileAddOfflineReq.Builder request : List.of(
                add("task-1").setExpiresAt(-1),
                add("task-1").setExpiresAt(Long.MAX_VALUE),
                add("task-1").setFileSize64(-1),
                add("task-1").setSha256(TOKEN),
                add("task-1").setSha256(ByteString.EMPTY))) {
            client.send(Commands.FILE_ADD_OFFLINE_REQ, 1, request.build());
            assertThat(client.expect(Commands.FILE_ADD_OFFLINE_REQ).getResultCode())
                    .isEqualTo(1);
        }
    }

    @Test
    void saysWhatBecameOfFiles() throws IOException {
        for (String task : List.of("waits", "fetched")) {
            client.send(Commands.FILE_ADD_OFFLINE_REQ, 1, add(task).build());
            client.expect(Commands.FILE_ADD_OFFLINE_REQ);
        }
        client.send(Commands.FILE_DEL_OFFLINE_REQ, 2, deletion("fetched"));
        client.expect(Commands.FILE_DEL_OFFLINE_REQ);
        IMFileHasOfflineReq.Builder question =
                IMFileHasOfflineReq.newBuilder().setUserId(0).setAttachData(TOKEN);
        client.send(
                Commands.FILE_HAS_OFFLINE_REQ,
                3,
                question.addAllTaskIdList(List.of("fetched", "waits", "unknown"))
                        .build());
        assertThat(client.expect(Commands.FILE_HAS_OFFLINE_RES))
                .isEqualTo(IMFileHasOfflineRsp.newBuilder()
                        .setUserId(0)
                        .addGoneTaskIdList("fetched")
                        .addUnknownTaskIdList("unknown")
                        .setResultCode(0)
                        .setAttachData(TOKEN)
                        .build());

        client.send(
                Commands.FILE_HAS_OFFLINE_REQ,
                4,
                question.addTaskIdList("../..").build());
        assertThat(client.expect(Commands.FILE_HAS_OFFLINE_RES))
                .isEqualTo(IMFileHasOfflineRsp.newBuilder()
                        .setUserId(0)
                        .setResultCode(1)
                        .setAttachData(TOKEN)
                        .build());
    }

    @Test
    void saysThatAFileIsGoneForEver() throws IOException {
        client.send(Commands.FILE_ADD_OFFLINE_REQ, 1, add("task-1").build());
        client.expect(Commands.FILE_ADD_OFFLINE_REQ);
        client.send(Commands.FILE_DEL_OFFLINE_REQ, 2, deletion("task-1"));
        client.expect(Commands.FILE_DEL_OFFLINE_REQ);
        client.send(Commands.FILE_ADD_OFFLINE_REQ, 3, add("task-1").build());
        assertThat(client.expect(Commands.FILE_ADD_OFFLINE_REQ).getResultCode()).isEqualTo(2);
        assertThat(waitingFor(BOB).getOfflineFileListCount()).isZero();
    }

    @Test
    void forgetsAtTheStartWhatEndedLongAgo() throws Exception {
        database.execute("INSERT INTO offline_file (task_id, from_id, to_id, file_name, file_size, created, deleted)"
                + " VALUES ('t', 1, 2, 'f', 7, 1, 1)");
        try (DbProxy another = DbProxy.start(Configurations.of(database));
                WireClient asking = WireClient.connect(another.address())) {
            IMFileHasOfflineReq question = IMFileHasOfflineReq.newBuilder()
                    .setUserId(0)
                    .addTaskIdList("t")
                    .build();
            // Each is an answer waited for; the test's time limit ends it.
            do {
                asking.send(Commands.FILE_HAS_OFFLINE_REQ, 1, question);
            } while (asking.expect(Commands.FILE_HAS_OFFLINE_RES).getUnknownTaskIdListCount() == 0);
        }
    }

    @Test
    void refusesATaskIdOfAnotherSenderAndATaskIdThatIsAPath() throws IOException {
        client.send(Commands.FILE_ADD_OFFLINE_REQ, 1, add("task-1").build());
        client.expect(Commands.FILE_ADD_OFFLINE_REQ);
        client.send(
                Commands.FILE_ADD_OFFLINE_REQ, 2, add("task-1").setFromUserId(3).build());
        assertThat(client.expect(Commands.FILE_ADD_OFFLINE_REQ).getResultCode()).isEqualTo(1);
        client.send(Commands.FILE_ADD_OFFLINE_REQ, 3, add("../../etc/passwd").build());
        assertThat(client.expect(Commands.FILE_ADD_OFFLINE_REQ).getResultCode()).isEqualTo(1);
        assertThat(waitingFor(BOB).getOfflineFileListList())
                .extracting(OfflineFileInfo::getFromUserId)
                .containsExactly(ALICE);
    }

    @Test
    void forgetsAFileForItsReceiverOnly() throws IOException {
        client.send(Commands.FILE_ADD_OFFLINE_REQ, 1, add("task-1").build());
        client.expect(Commands.FILE_ADD_OFFLINE_REQ);
        IMFileDelOfflineReq deletion = deletion("task-1");
        client.send(
                Commands.FILE_DEL_OFFLINE_REQ,
                2,
                deletion.toBuilder().setToUserId(3).build());
        assertThat(client.expect(Commands.FILE_DEL_OFFLINE_REQ).getResultCode()).isZero();
        assertThat(waitingFor(BOB).getOfflineFileListCount()).isEqualTo(1);
        for (int seq = 3; seq <= 4; seq++) {
            client.send(Commands.FILE_DEL_OFFLINE_REQ, seq, deletion);
            WireClient.Frame frame = client.expectFrame(Commands.FILE_DEL_OFFLINE_REQ);
            assertThat(frame.seq()).isEqualTo(seq);
            assertThat(frame.parse(Commands.FILE_DEL_OFFLINE_REQ))
                    .isEqualTo(deletion.toBuilder().setResultCode(0).build());
        }
        assertThat(waitingFor(BOB).getOfflineFileListCount()).isZero();
    }

    @Test
    void answersNothingToWhoDoesNotExpectAnAnswer() throws IOException {
        client.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                1,
                add("task-1").clearAttachData().build());
        assertThat(waitingFor(BOB).getOfflineFileListCount()).isEqualTo(1);
        client.send(
                Commands.FILE_DEL_OFFLINE_REQ,
                2,
                IMFileDelOfflineReq.newBuilder()
                        .setFromUserId(ALICE)
                        .setToUserId(BOB)
                        .setTaskId("task-1")
                        .build());
        assertThat(waitingFor(BOB).getOfflineFileListCount()).isZero();
    }

    private IMAllUserRsp changedSince(int second) throws IOException {
        client.send(
                Commands.BUDDY_LIST_ALL_USER_REQUEST,
                11,
                IMAllUserReq.newBuilder()
                        .setUserId(ALICE)
                        .setLatestUpdateTime(second)
                        .setAttachData(TOKEN)
                        .build());
        WireClient.Frame frame = client.expectFrame(Commands.BUDDY_LIST_ALL_USER_RESPONSE);
        assertThat(frame.seq()).isEqualTo(11);
        return frame.parse(Commands.BUDDY_LIST_ALL_USER_RESPONSE);
    }

    @Test
    void listsUsersThatChanged() throws IOException {
        IMAllUserRsp all = changedSince(0);
        assertThat(all.getUserId()).isEqualTo(ALICE);
        assertThat(all.getAttachData()).isEqualTo(TOKEN);
        assertThat(all.getUserListList()).extracting(UserInfo::getUserDomain).containsExactly("alice", "bob");
        int latest = all.getLatestUpdateTime();
        assertThat(latest).isPositive();
        IMAllUserRsp none = changedSince(latest + 1);
        assertThat(none.getUserListList()).isEmpty();
        assertThat(none.getLatestUpdateTime()).isEqualTo(latest + 1);
    }

    @Test
    void keepsTheLinkWhateverARequestAsksFor() throws IOException {
        // A command that nobody knows.
        client.sendRaw(new byte[] {0, 0, 0, 16, 0, 1, 0, 0, 0, 7, 0x7f, 0x7f, 0, 1, 0, 0});
        // Ids that nobody has.
        assertThat(waitingFor(0).getOfflineFileListList()).isEmpty();
        assertThat(login("alice", ALICES_DIGEST).getResultCode()).isZero();
    }

    @Test
    void closesTheConnectionThatSendsGarbageAndNoOther() throws IOException {
        for (byte[] garbage : new byte[][] {
            {'G', 'E', 'T', ' ', '/', ' ', 'H', 'T', 'T', 'P', '/', '1', '.', '1', 13, 10},
            {0, 0, 0, 1, 0, 1, 0, 0, 0, 7, 7, 3, 0, 1, 0, 0},
            {-1, -1, -1, -1, 0, 1, 0, 0, 0, 7, 7, 3, 0, 1, 0, 0},
            {0, 0, 0, 18, 0, 1, 0, 0, 0, 7, 7, 3, 0, 1, 0, 0, -1, -1}
        }) {
            try (WireClient stranger = WireClient.connect(proxy.address())) {
                stranger.sendRaw(garbage);
                stranger.expectClosed();
            }
        }
        assertThat(login("alice", ALICES_DIGEST).getResultCode()).isZero();
    }

    @Test
    void tellsMsgServersToGoElsewhereBeforeItStops() throws IOException {
        assertThat(login("alice", ALICES_DIGEST).getResultCode()).isZero();
        proxy.close();
        client.expect(Commands.OTHER_STOP_RECV_PACKET);
        client.expectClosed();
    }
}
