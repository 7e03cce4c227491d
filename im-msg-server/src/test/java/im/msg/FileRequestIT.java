package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.IpAddr;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileNotify;
import im.proto.file.IMFileReq;
import im.proto.file.IMFileRsp;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMStopReceivePacket;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FileRequestIT {
    private static final TransferFileType ONLINE = TransferFileType.FILE_TYPE_ONLINE;
    private static final TransferFileType OFFLINE = TransferFileType.FILE_TYPE_OFFLINE;
    private static final String PATH = "C:\\Users\\alice\\f.bin";

    private FakeFileServer one;
    private FakeFileServer two;
    private Stack stack;
    private Client alice;

    @BeforeEach
    void start() throws Exception {
        one = new FakeFileServer("10.0.0.1", 8600, "one");
        two = new FakeFileServer("10.0.0.2", 8600, "");
        stack = Stack.start(Map.of("link.call-timeout", "300ms"), one, two);
        alice = stack.desktop("alice");
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    private IMFileRsp request(int to, TransferFileType mode) throws Exception {
        return request(Client.fileRequest(to, PATH, mode));
    }

    private IMFileRsp request(IMFileReq request) throws Exception {
        alice.wire.send(Commands.FILE_REQUEST, 200, request);
        WireClient.Frame answer = alice.expectFrame(Commands.FILE_RESPONSE);
        assertThat(answer.seq()).isEqualTo(200);
        IMFileRsp response = answer.parse(Commands.FILE_RESPONSE);
        assertThat(response.getFromUserId()).isEqualTo(1);
        assertThat(response.getToUserId()).isEqualTo(request.getToUserId());
        assertThat(response.getFileNameBytes()).isEqualTo(request.getFileNameBytes());
        return response;
    }

    private IMFileTransferReq asked() throws Exception {
        Eventually.until("a file-server is asked", () -> !one.asked.isEmpty() || !two.asked.isEmpty());
        return one.asked.isEmpty() ? two.asked.take() : one.asked.take();
    }

    @Test
    void onlineToADesktop() throws Exception {
        Client bob = stack.desktop("bob");
        IMFileRsp answer = request(2, ONLINE);
        assertThat(answer.getResultCode()).isZero();
        assertThat(answer.getTransMode()).isEqualTo(ONLINE);
        assertThat(answer.hasResultString()).isFalse();
        assertThat(List.of(List.of(one.advertised), List.of(two.advertised))).contains(answer.getIpAddrListList());

        WireClient.Frame notice = bob.expectFrame(Commands.FILE_NOTIFY);
        assertThat(notice.seq()).isZero();
        assertThat(notice.parse(Commands.FILE_NOTIFY))
                .isEqualTo(IMFileNotify.newBuilder()
                        .setFromUserId(1)
                        .setToUserId(2)
                        .setFileName("f.bin")
                        .setFileSize((int) Client.SIZE)
                        .setTaskId(answer.getTaskId())
                        .addAllIpAddrList(answer.getIpAddrListList())
                        .setTransMode(ONLINE)
                        .setOfflineReady(0)
                        .build());

        IMFileTransferReq asked = asked();
        assertThat(asked.getFromUserId()).isEqualTo(1);
        assertThat(asked.getToUserId()).isEqualTo(2);
        assertThat(asked.getFileName()).isEqualTo("f.bin");
        assertThat(Integer.toUnsignedLong(asked.getFileSize())).isEqualTo(Client.SIZE);
        assertThat(asked.getTransMode()).isEqualTo(ONLINE);
    }

    @Test
    void offlineWhenTheReceiverIsAway() throws Exception {
        IMFileRsp answer = request(2, ONLINE);
        assertThat(answer.getResultCode()).isZero();
        assertThat(answer.getTransMode()).isEqualTo(OFFLINE);
        assertThat(asked().getTransMode()).isEqualTo(OFFLINE);
    }

    @Test
    void noTaskWhenTheReceiverIsAwayAndTheSenderWantsToHearThatFirst() throws Exception {
        IMFileReq request = Client.fileRequest(2, PATH, ONLINE).toBuilder()
                .setOnlineOnly(true)
                .build();
        IMFileRsp answer = request(request);
        assertThat(answer.getResultCode()).isEqualTo(1);
        assertThat(answer.getTransMode()).isEqualTo(OFFLINE);
        assertThat(answer.getTaskId()).isEmpty();
        assertThat(answer.getResultString()).isEqualTo("the receiver is not there, so the file would be stored");
        assertThat(one.asked).isEmpty();
        assertThat(two.asked).isEmpty();

        stack.desktop("bob");
        assertThat(request(request).getTransMode()).isEqualTo(ONLINE);
        assertThat(asked().getTransMode()).isEqualTo(ONLINE);
    }

    @Test
    void offlineWhenTheReceiverIsOnAMobileOnly() throws Exception {
        Client mobile = stack.closing(Client.loggedIn(stack.server, "bob", ClientType.CLIENT_TYPE_IOS));
        assertThat(request(2, ONLINE).getTransMode()).isEqualTo(OFFLINE);
        mobile.expectNothing();
    }

    @Test
    void offlineWhenTheSenderWantsThatAndTheReceiverHearsOfItAtOnce() throws Exception {
        Client bob = stack.desktop("bob");
        assertThat(request(2, OFFLINE).getTransMode()).isEqualTo(OFFLINE);
        IMFileNotify notice = bob.expect(Commands.FILE_NOTIFY);
        assertThat(notice.getTransMode()).isEqualTo(OFFLINE);
        assertThat(notice.getOfflineReady()).isZero();
    }

    @Test
    void aNameThatIsNotUtf8ComesBackAsItWas() throws Exception {
        ByteString gbk = ByteString.copyFrom(new byte[] {(byte) 0xce, (byte) 0xc4, (byte) 0xbc, (byte) 0xfe});
        assertThat(request(Client.fileRequest(2, "", ONLINE).toBuilder()
                                .setFileNameBytes(gbk)
                                .build())
                        .getResultCode())
                .isZero();
    }

    private void assertRefused(IMFileRsp answer) {
        assertThat(answer.getResultCode()).isEqualTo(1);
        assertThat(answer.getTaskId()).isEmpty();
        assertThat(answer.getIpAddrListList()).isEmpty();
        assertThat(answer.getResultString()).isNotEmpty();
    }

    @Test
    void nobodySendsToOneself() throws Exception {
        assertRefused(request(1, ONLINE));
        assertThat(one.asked).isEmpty();
        assertThat(two.asked).isEmpty();
        alice.expectNothing();
    }

    @Test
    void aFolderIsRefused() throws Exception {
        assertRefused(request(Client.fileRequest(2, "/home/alice/", ONLINE)));
        assertRefused(request(Client.fileRequest(2, "x".repeat(100_000), ONLINE)));
    }

    @Test
    void withoutAFileServerTheAnswerComesAtOnce() throws Exception {
        Client bob = stack.desktop("bob");
        one.goAway();
        two.goAway();
        assertRefused(request(2, ONLINE));
        bob.expectNothing();
        one.comeBack();
        Eventually.until("the msg-server can be used", stack.server::isUsable);
        assertThat(request(2, ONLINE).getResultCode()).isZero();
        bob.expect(Commands.FILE_NOTIFY);
    }

    private IMFileRsp requestNumbered(int file) throws Exception {
        return request(Client.fileRequest(2, "file-" + file, ONLINE));
    }

    @Test
    void theSameFileIsAlwaysStoredInTheSamePlaceAndOthersInAnyPlace() throws Exception {
        Map<List<IpAddr>, Integer> counts = new HashMap<>();
        for (int file = 0; file < 30; file++) {
            List<IpAddr> place = requestNumbered(file).getIpAddrListList();
            assertThat(requestNumbered(file).getIpAddrListList()).isEqualTo(place);
            counts.merge(place, 1, Integer::sum);
        }
        assertThat(counts).hasSize(2);
    }

    @Test
    void theSameFileIsAlwaysStoredThroughTheSameServerOfThoseThatShareAStore() throws Exception {
        stack.close();
        one = new FakeFileServer("10.0.0.1", 8600, "shared");
        two = new FakeFileServer("10.0.0.2", 8600, "shared");
        stack = Stack.start(Map.of("link.call-timeout", "300ms"), one, two);
        alice = stack.desktop("alice");
        theSameFileIsAlwaysStoredInTheSamePlaceAndOthersInAnyPlace();
    }

    @Test
    void aLinkThatDiesIsReplacedByTheOther() throws Exception {
        one.mood = FakeFileServer.Mood.VANISHING;
        int file = 0;
        do {
            assertThat(requestNumbered(file++).getIpAddrListList()).containsExactly(two.advertised);
        } while (one.asked.isEmpty());
        assertThat(one.asked.take().getToUserId()).isEqualTo(2);
    }

    @Test
    void whenBothLinksDieThatIsAll() throws Exception {
        one.mood = FakeFileServer.Mood.VANISHING;
        two.mood = FakeFileServer.Mood.VANISHING;
        assertRefused(request(2, ONLINE));
        assertThat(one.asked.size() + two.asked.size()).isLessThanOrEqualTo(2);
    }

    @Test
    void aRefusalIsNotTriedElsewhere() throws Exception {
        one.mood = FakeFileServer.Mood.REFUSING;
        two.mood = FakeFileServer.Mood.REFUSING;
        assertRefused(request(2, ONLINE));
        assertThat(one.asked.size() + two.asked.size()).isEqualTo(1);
    }

    @Test
    void aFileServerThatDoesNotAnswerInTimeIsARefusal() throws Exception {
        one.mood = FakeFileServer.Mood.SILENT;
        two.mood = FakeFileServer.Mood.SILENT;
        assertRefused(request(2, ONLINE));
    }

    @Test
    void aTaskIdThatCouldBeAPathIsARefusal() throws Exception {
        one.mood = FakeFileServer.Mood.WEIRD;
        two.mood = FakeFileServer.Mood.WEIRD;
        assertRefused(request(2, ONLINE));
    }

    @Test
    void onlineTasksAreSpreadOverTheFileServers() throws Exception {
        stack.desktop("bob");
        Set<List<IpAddr>> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            seen.add(request(2, ONLINE).getIpAddrListList());
        }
        assertThat(seen).hasSize(2);
    }

    @Test
    void theReceiverIsNotToldWhenTheSenderHasGone() throws Exception {
        Client bob = stack.desktop("bob");
        two.goAway();
        one.mood = FakeFileServer.Mood.HOLDING;
        alice.wire.send(Commands.FILE_REQUEST, 200, Client.fileRequest(2, "first", ONLINE));
        assertThat(one.asked.poll(10, TimeUnit.SECONDS)).isNotNull();
        Client again = stack.desktop("alice");
        alice.expect(Commands.LOGIN_KICK_USER);
        one.mood = FakeFileServer.Mood.WILLING;
        one.answerHeld();
        again.wire.send(Commands.FILE_REQUEST, 201, Client.fileRequest(2, "second", ONLINE));
        again.expect(Commands.FILE_RESPONSE);
        assertThat(bob.expect(Commands.FILE_NOTIFY).getFileName()).isEqualTo("second");
        alice.wire.expectClosed();
    }

    @Test
    void aFileServerWithoutAnAddressIsReachedWhereTheLinkGoes() throws Exception {
        try (Stack other = Stack.start(Map.of(), new FakeFileServer("0.0.0.0", 8600, ""));
                Client carol = Client.desktop(other.server, "carol")) {
            carol.wire.send(Commands.FILE_REQUEST, 1, Client.fileRequest(2, PATH, ONLINE));
            assertThat(carol.expect(Commands.FILE_RESPONSE).getIpAddrListList())
                    .containsExactly(
                            IpAddr.newBuilder().setIp("127.0.0.1").setPort(8600).build());
            assertThat(other.files.get(0).asked.poll(1, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void aFileServerThatIsGoingToStopIsAskedForNothingNew() throws Exception {
        one.say(
                Commands.OTHER_STOP_RECV_PACKET,
                IMStopReceivePacket.newBuilder().setResult(0).build());
        Eventually.until("one file-server is ready", () -> stack.server.readyFileServers() == 1);

        for (int i = 0; i < 20; i++) {
            assertThat(request(2, OFFLINE).getResultCode()).isZero();
        }

        assertThat(one.asked).isEmpty();
        assertThat(two.asked).hasSize(20);
    }
}
