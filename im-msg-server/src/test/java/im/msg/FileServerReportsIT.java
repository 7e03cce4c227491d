package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.testkit.Eventually;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a file-server says of its store, and who hears of it. */
class FileServerReportsIT {
    private static final String TASK = "8650500d-735c-428f-b7f0-d1de2ef0f281";
    private static final ByteString TOKEN = ByteString.copyFromUtf8("a token");
    private static final int REFUSED = 1;
    private static final int GONE = 2;
    private static final int NOT_NOW = 3;
    private static final IMFileAddOfflineReq STORED = IMFileAddOfflineReq.newBuilder()
            .setFromUserId(1)
            .setToUserId(2)
            .setTaskId(TASK)
            .setFileName("f.bin")
            .setFileSize(-1)
            .setFileSize64(5_000_000_000L)
            .setFileServerId("one")
            .setExpiresAt(2_000_000_000)
            .setSha256(ByteString.copyFrom(new byte[32]))
            .setAttachData(TOKEN)
            .build();
    private static final IMFileDelOfflineReq EXPIRED = IMFileDelOfflineReq.newBuilder()
            .setFromUserId(1)
            .setToUserId(2)
            .setTaskId(TASK)
            .setAttachData(TOKEN)
            .build();
    private static final IMFileHasOfflineReq QUESTION = IMFileHasOfflineReq.newBuilder()
            .setUserId(0)
            .addTaskIdList("t1")
            .addTaskIdList("t2")
            .setAttachData(TOKEN)
            .build();

    private FakeFileServer one;
    private Stack stack;
    private Client alice;
    private Client bob;

    @BeforeEach
    void start() throws Exception {
        one = new FakeFileServer("10.0.0.1", 8600, "one");
        one.capabilities = Capabilities.ANNOUNCES_STORED_FILES;
        stack = Stack.start(Map.of("link.call-timeout", "300ms"), one);
        alice = stack.desktop("alice");
        bob = stack.capableDesktop("bob");
        alice.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY);
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    private int answerTo(IMFileAddOfflineReq stored) throws Exception {
        one.say(Commands.FILE_ADD_OFFLINE_REQ, stored);
        IMFileAddOfflineReq answer = one.nextAnswer(IMFileAddOfflineReq.class);
        assertThat(answer.getAttachData()).isEqualTo(TOKEN);
        return answer.getResultCode();
    }

    @Test
    void whatItHasStoredIsRecordedThenTheReceiverIsToldAndTheFileServerToo() throws Exception {
        assertThat(answerTo(STORED)).isZero();
        assertThat(stack.db.nextAsked(IMFileAddOfflineReq.class).toBuilder()
                        .setAttachData(TOKEN)
                        .build())
                .isEqualTo(STORED);
        IMFileNotify notice = bob.expect(Commands.FILE_NOTIFY);
        assertThat(notice.getTaskId()).isEqualTo(TASK);
        assertThat(notice.getOfflineReady()).isEqualTo(1);
        assertThat(notice.getFileName()).isEqualTo("f.bin");
        assertThat(notice.getIpAddrListList()).containsExactly(one.advertised);
        alice.expectNothing();
    }

    @Test
    void whatIsGoneAlreadyIsNoNewsForTheReceiver() throws Exception {
        stack.db.recordResult = GONE;
        assertThat(answerTo(STORED)).isEqualTo(GONE);
        bob.expectNothing();
    }

    @Test
    void whatCannotBeRecordedNowIsSaidAndNotRepeatedHere() throws Exception {
        stack.db.recordResult = NOT_NOW;
        assertThat(answerTo(STORED)).isEqualTo(NOT_NOW);
        stack.db.goAway();
        assertThat(answerTo(STORED)).isEqualTo(NOT_NOW);
        stack.db.comeBack();
        Eventually.until("the msg-server can be used", stack.server::isUsable);
        stack.db.mood = FakeDbProxy.Mood.SILENT;
        assertThat(answerTo(STORED)).isEqualTo(NOT_NOW);
        bob.expectNothing();
        assertThat(stack.db.asked).hasSize(2);
    }

    @Test
    void whatCanNeverBeRecordedIsSaid() throws Exception {
        stack.db.recordResult = REFUSED;
        assertThat(answerTo(STORED)).isEqualTo(REFUSED);
        stack.db.asked.clear();
        for (IMFileAddOfflineReq.Builder impossible : List.of(
                STORED.toBuilder().setTaskId("../../etc/passwd"),
                STORED.toBuilder().setFileName(".."),
                STORED.toBuilder().setSha256(ByteString.EMPTY),
                STORED.toBuilder().setExpiresAt(-1L << 60))) {
            assertThat(answerTo(impossible.build())).isEqualTo(REFUSED);
        }
        assertThat(stack.db.asked).isEmpty();
        bob.expectNothing();
    }

    @Test
    void whatHasExpiredIsDeleted() throws Exception {
        one.say(Commands.FILE_DEL_OFFLINE_REQ, EXPIRED);
        assertThat(one.nextAnswer(IMFileDelOfflineReq.class))
                .isEqualTo(EXPIRED.toBuilder().setResultCode(0).build());
        assertThat(stack.db.nextAsked(IMFileDelOfflineReq.class).toBuilder()
                        .setAttachData(TOKEN)
                        .build())
                .isEqualTo(EXPIRED);
        stack.db.recordResult = NOT_NOW;
        one.say(Commands.FILE_DEL_OFFLINE_REQ, EXPIRED);
        assertThat(one.nextAnswer(IMFileDelOfflineReq.class).getResultCode()).isEqualTo(NOT_NOW);
    }

    @Test
    void itHearsWhatBecameOfItsFiles() throws Exception {
        stack.db.fates = IMFileHasOfflineRsp.newBuilder()
                .setUserId(0)
                .setResultCode(0)
                .addGoneTaskIdList("t1")
                .addUnknownTaskIdList("t2")
                .build();
        one.say(Commands.FILE_HAS_OFFLINE_REQ, QUESTION);
        assertThat(one.nextAnswer(IMFileHasOfflineRsp.class))
                .isEqualTo(stack.db.fates.toBuilder().setAttachData(TOKEN).build());
        assertThat(stack.db.nextAsked(IMFileHasOfflineReq.class).getTaskIdListList())
                .containsExactly("t1", "t2");
    }

    @Test
    void nothingIsSaidOfFilesByADbProxyThatDoesNotKnowTheQuestion() throws Exception {
        one.say(Commands.FILE_HAS_OFFLINE_REQ, QUESTION);
        IMFileHasOfflineRsp answer = one.nextAnswer(IMFileHasOfflineRsp.class);
        assertThat(answer.getResultCode()).isEqualTo(NOT_NOW);
        assertThat(answer.getUnknownTaskIdListList()).isEmpty();
    }

    @Test
    void theSendersWordIsNoNews() throws Exception {
        alice.wire.send(Commands.FILE_REQUEST, 200, Client.fileRequest(2, "f.bin", TransferFileType.FILE_TYPE_OFFLINE));
        String known = alice.expect(Commands.FILE_RESPONSE).getTaskId();
        assertThat(bob.expect(Commands.FILE_NOTIFY).getOfflineReady()).isZero();
        for (String task : List.of(known, TASK)) {
            alice.wire.send(
                    Commands.FILE_ADD_OFFLINE_REQ,
                    2,
                    IMFileAddOfflineReq.newBuilder()
                            .setFromUserId(1)
                            .setToUserId(2)
                            .setTaskId(task)
                            .setFileName("f.bin")
                            .setFileSize((int) Client.SIZE)
                            .build());
        }
        alice.expectNothing();
        bob.expectNothing();
        assertThat(stack.db.asked).isEmpty();
    }
}
