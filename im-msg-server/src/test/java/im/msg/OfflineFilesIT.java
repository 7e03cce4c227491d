package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.IpAddr;
import im.proto.base.OfflineFileInfo;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.file.IMFileNotify;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OfflineFilesIT {
    private static final TransferFileType OFFLINE = TransferFileType.FILE_TYPE_OFFLINE;
    private static final String TASK = "8650500d-735c-428f-b7f0-d1de2ef0f281";

    private FakeFileServer one;
    private FakeFileServer two;
    private Stack stack;
    private Client alice;
    private Client bob;

    @BeforeEach
    void start() throws Exception {
        one = new FakeFileServer("10.0.0.1", 8600, "one");
        two = new FakeFileServer("10.0.0.2", 8600, "two");
        stack = Stack.start(Map.of("link.call-timeout", "300ms"), one, two);
        alice = stack.desktop("alice");
        bob = stack.desktop("bob");
        alice.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY);
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    private static IMFileAddOfflineReq added(String task) {
        return IMFileAddOfflineReq.newBuilder()
                .setFromUserId(99)
                .setToUserId(2)
                .setTaskId(task)
                .setFileName("/home/alice/f.bin")
                .setFileSize((int) Client.SIZE)
                .build();
    }

    private static IMFileDelOfflineReq deleted(String task) {
        return IMFileDelOfflineReq.newBuilder()
                .setFromUserId(1)
                .setToUserId(99)
                .setTaskId(task)
                .build();
    }

    private static OfflineFileInfo waiting(String task, String server) {
        return OfflineFileInfo.newBuilder()
                .setFromUserId(1)
                .setTaskId(task)
                .setFileName("f.bin")
                .setFileSize(7)
                .setFileServerId(server)
                .build();
    }

    private IMFileHasOfflineRsp list() throws Exception {
        bob.wire.send(
                Commands.FILE_HAS_OFFLINE_REQ,
                300,
                IMFileHasOfflineReq.newBuilder().setUserId(99).build());
        WireClient.Frame answer = bob.expectFrame(Commands.FILE_HAS_OFFLINE_RES);
        assertThat(answer.seq()).isEqualTo(300);
        IMFileHasOfflineRsp list = answer.parse(Commands.FILE_HAS_OFFLINE_RES);
        assertThat(list.getUserId()).isEqualTo(2);
        assertThat(list.hasAttachData()).isFalse();
        return list;
    }

    @Test
    void anUploadIsRecordedThenTheReceiverIsTold() throws Exception {
        alice.wire.send(Commands.FILE_REQUEST, 200, Client.fileRequest(2, "/home/alice/f.bin", OFFLINE));
        var response = alice.expect(Commands.FILE_RESPONSE);
        assertThat(bob.expect(Commands.FILE_NOTIFY).getOfflineReady()).isZero();

        alice.wire.send(Commands.FILE_ADD_OFFLINE_REQ, 2, added(response.getTaskId()));
        IMFileAddOfflineReq record = stack.db.nextAsked(IMFileAddOfflineReq.class);
        String holder = response.getIpAddrList(0).equals(one.advertised) ? "one" : "two";
        assertThat(record.toBuilder().clearAttachData().build())
                .isEqualTo(IMFileAddOfflineReq.newBuilder()
                        .setFromUserId(1)
                        .setToUserId(2)
                        .setTaskId(response.getTaskId())
                        .setFileName("f.bin")
                        .setFileSize((int) Client.SIZE)
                        .setFileServerId(holder)
                        .build());
        WireClient.Frame notice = bob.expectFrame(Commands.FILE_NOTIFY);
        assertThat(notice.seq()).isZero();
        assertThat(notice.parse(Commands.FILE_NOTIFY))
                .isEqualTo(IMFileNotify.newBuilder()
                        .setFromUserId(1)
                        .setToUserId(2)
                        .setFileName("f.bin")
                        .setFileSize((int) Client.SIZE)
                        .setTaskId(response.getTaskId())
                        .addAllIpAddrList(response.getIpAddrListList())
                        .setTransMode(OFFLINE)
                        .setOfflineReady(1)
                        .build());
        alice.expectNothing();
    }

    @Test
    void aRecordWaitsForADatabaseThatIsAway() throws Exception {
        stack.db.goAway();
        alice.wire.send(Commands.FILE_ADD_OFFLINE_REQ, 2, added(TASK));
        alice.expectNothing();
        bob.expectNothing();
        stack.db.comeBack();
        assertThat(stack.db.nextAsked(IMFileAddOfflineReq.class).hasFileServerId())
                .isFalse();
        IMFileNotify notice = bob.expect(Commands.FILE_NOTIFY);
        assertThat(notice.getTaskId()).isEqualTo(TASK);
        assertThat(notice.getOfflineReady()).isEqualTo(1);
        // Nobody knows who holds it: the receiver may ask them all.
        assertThat(notice.getIpAddrListList()).containsExactlyInAnyOrder(one.advertised, two.advertised);
    }

    @Test
    void aRecordThatTheDatabaseCannotTakeIsTriedAgain() throws Exception {
        stack.db.recordResult = 3;
        alice.wire.send(Commands.FILE_ADD_OFFLINE_REQ, 2, added(TASK));
        stack.db.nextAsked(IMFileAddOfflineReq.class);
        stack.db.nextAsked(IMFileAddOfflineReq.class);
        bob.expectNothing();
        stack.db.recordResult = 0;
        assertThat(bob.expect(Commands.FILE_NOTIFY).getOfflineReady()).isEqualTo(1);
    }

    @Test
    void aRecordThatIsRefusedIsNotTriedAgain() throws Exception {
        stack.db.recordResult = 1;
        alice.wire.send(Commands.FILE_ADD_OFFLINE_REQ, 2, added(TASK));
        alice.wire.send(Commands.FILE_DEL_OFFLINE_REQ, 2, deleted(TASK));
        stack.db.nextAsked(IMFileAddOfflineReq.class);
        stack.db.nextAsked(IMFileDelOfflineReq.class);
        bob.expectNothing();
    }

    @Test
    void aDbProxyThatNeverAnswersIsAskedThreeTimes() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.SILENT;
        alice.wire.send(Commands.FILE_ADD_OFFLINE_REQ, 2, added(TASK));
        alice.wire.send(Commands.FILE_DEL_OFFLINE_REQ, 2, deleted(TASK));
        for (int i = 0; i < 3; i++) {
            stack.db.nextAsked(IMFileAddOfflineReq.class);
        }
        stack.db.nextAsked(IMFileDelOfflineReq.class);
        bob.expectNothing();
    }

    @Test
    void aDbProxyOfOthersIsTakenToHaveRecordedWhatItWasSent() throws Exception {
        stack.db.goAway();
        Eventually.until("the msg-server cannot be used", () -> !stack.server.isUsable());
        stack.db.mood = FakeDbProxy.Mood.OF_OTHERS;
        stack.db.comeBack();
        Eventually.until("the msg-server can be used", stack.server::isUsable);
        // The answer to this comes behind the one that shows which kind of db-proxy it is.
        list();
        stack.db.nextAsked(IMFileHasOfflineReq.class);
        alice.wire.send(Commands.FILE_ADD_OFFLINE_REQ, 2, added(TASK));
        stack.db.nextAsked(IMFileAddOfflineReq.class);
        assertThat(bob.expect(Commands.FILE_NOTIFY).getOfflineReady()).isEqualTo(1);
        bob.wire.send(Commands.FILE_DEL_OFFLINE_REQ, 2, deleted(TASK));
        stack.db.nextAsked(IMFileDelOfflineReq.class);
        bob.expectNothing();
        assertThat(stack.db.asked).isEmpty();
    }

    @Test
    void aDeletionIsThatOfTheReceiver() throws Exception {
        bob.wire.send(Commands.FILE_DEL_OFFLINE_REQ, 2, deleted(TASK));
        assertThat(stack.db.nextAsked(IMFileDelOfflineReq.class).toBuilder()
                        .clearAttachData()
                        .build())
                .isEqualTo(deleted(TASK).toBuilder().setToUserId(2).build());
        bob.expectNothing();
    }

    @Test
    void whatWasDeletedIsNotListedEvenIfTheDatabaseIsSlow() throws Exception {
        stack.db.waiting = List.of(waiting(TASK, "one"), waiting("another", "one"));
        stack.db.recordResult = 3;
        bob.wire.send(Commands.FILE_DEL_OFFLINE_REQ, 2, deleted(TASK));
        assertThat(list().getOfflineFileListList())
                .extracting(OfflineFileInfo::getTaskId)
                .containsExactly("another");
    }

    @Test
    void aPathIsNoTaskIdOfAnUpload() throws Exception {
        alice.wire.send(Commands.FILE_ADD_OFFLINE_REQ, 2, added("../../etc/passwd"));
        alice.wire.expectClosed();
        assertThat(stack.db.asked).isEmpty();
    }

    @Test
    void aPathIsNoTaskIdOfADownload() throws Exception {
        bob.wire.send(Commands.FILE_DEL_OFFLINE_REQ, 2, deleted("../../etc/passwd"));
        bob.wire.expectClosed();
        assertThat(stack.db.asked).isEmpty();
    }

    @Test
    void aListHasTheAddressesOfTheServerThatHoldsItAll() throws Exception {
        stack.db.waiting = List.of(waiting("t1", "two"), waiting("t2", "two"));
        IMFileHasOfflineRsp list = list();
        assertThat(list.getIpAddrListList()).containsExactly(two.advertised);
        assertThat(list.getOfflineFileListList())
                .containsExactly(
                        waiting("t1", "two").toBuilder()
                                .clearFileServerId()
                                .addIpAddrList(two.advertised)
                                .build(),
                        waiting("t2", "two").toBuilder()
                                .clearFileServerId()
                                .addIpAddrList(two.advertised)
                                .build());
    }

    @Test
    void eachFileOfAMixedListHasItsOwnServer() throws Exception {
        stack.db.waiting = List.of(waiting("t1", "two"), waiting("t2", "one"), waiting("t3", "unheard of"));
        IMFileHasOfflineRsp list = list();
        assertThat(list.getIpAddrListList()).containsExactlyInAnyOrder(one.advertised, two.advertised);
        assertThat(list.getOfflineFileListList())
                .extracting(OfflineFileInfo::getIpAddrListList)
                .containsExactly(List.of(two.advertised), List.of(one.advertised), List.<IpAddr>of());
    }

    @Test
    void anEmptyListHasAnAddressEvenIfNoFileServerIsThere() throws Exception {
        one.goAway();
        two.goAway();
        IMFileHasOfflineRsp list = list();
        assertThat(list.getOfflineFileListList()).isEmpty();
        assertThat(list.getIpAddrListCount()).isPositive();
    }

    @Test
    void withoutADatabaseThereIsNoListAndTheClientMayAskAgain() throws Exception {
        stack.db.goAway();
        bob.wire.send(
                Commands.FILE_HAS_OFFLINE_REQ,
                3,
                IMFileHasOfflineReq.newBuilder().setUserId(2).build());
        bob.expectNothing();
        stack.db.comeBack();
        Eventually.until("the msg-server can be used", stack.server::isUsable);
        stack.db.waiting = List.of(waiting("t1", "one"));
        assertThat(list().getOfflineFileListCount()).isEqualTo(1);
    }
}
