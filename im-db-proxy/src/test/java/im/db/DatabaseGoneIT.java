package im.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.db.domain.Profile;
import im.db.domain.UserName;
import im.proto.Commands;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.MsgType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupCreateReq;
import im.proto.message.IMMsgData;
import im.proto.server.IMValidateReq;
import im.server.management.Telemetry;
import im.testkit.Eventually;
import im.testkit.TestDatabase;
import im.testkit.WireClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database goes and comes back; the links to msg-servers live on. */
@Timeout(120)
class DatabaseGoneIT {
    private static final int NO_DATABASE = 3;

    private TestDatabase database;
    private TcpGate gate;
    private final Telemetry telemetry = new Telemetry();
    private DbProxy proxy;
    private WireClient client;

    @BeforeEach
    void startWithoutDatabase() throws Exception {
        database = TestDatabase.fresh();
        try (Accounts accounts = Accounts.open(Configurations.of(database))) {
            accounts.add(new UserName("alice"), "alicepw", Profile.ofNickName("Alice"));
        }
        URI real = URI.create(database.jdbcUrl().substring("jdbc:".length()));
        gate = new TcpGate(new InetSocketAddress(real.getHost(), real.getPort()));
        String url = database.jdbcUrl().replace("//" + real.getAuthority(), "//127.0.0.1:" + gate.port());
        proxy = DbProxy.start(Configurations.of(database, url), telemetry);
        telemetry.started();
        client = WireClient.connect(proxy.address());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        proxy.close();
        gate.close();
        database.close();
    }

    private int login() throws IOException {
        client.send(
                Commands.OTHER_VALIDATE_REQ,
                1,
                IMValidateReq.newBuilder()
                        .setUserName("alice")
                        .setPassword("15da1f78ad7d474862865bab1aab4d51")
                        .build());
        return client.expect(Commands.OTHER_VALIDATE_RSP).getResultCode();
    }

    /** Each attempt is an answer waited for; the test's time limit ends it. */
    private void loginUntilItSucceeds() throws IOException {
        int result = login();
        while (result != 0) {
            assertThat(result).isEqualTo(NO_DATABASE);
            result = login();
        }
    }

    @Test
    void isReadyWhileTheDatabaseAnswersWhetherOrNotAnybodyAsks() throws Exception {
        assertThat(telemetry.missing()).containsExactly("the database cannot be used");
        gate.open();
        awaitMissing();
        gate.shut();
        awaitMissing("the database cannot be used");
        gate.open();
        awaitMissing();
    }

    private void awaitMissing(String... what) {
        Eventually.until(
                "missing is " + List.of(what), () -> telemetry.missing().equals(List.of(what)));
    }

    @Test
    void saysThatItHasNoDatabaseUntilItHasOne() throws IOException {
        assertThat(login()).isEqualTo(NO_DATABASE);
        gate.open();
        loginUntilItSucceeds();
    }

    @Test
    void goesOnWhenTheDatabaseIsBack() throws IOException {
        gate.open();
        loginUntilItSucceeds();
        gate.shut();
        assertThat(login()).isEqualTo(NO_DATABASE);
        client.send(
                Commands.FILE_ADD_OFFLINE_REQ,
                2,
                IMFileAddOfflineReq.newBuilder()
                        .setFromUserId(1)
                        .setToUserId(2)
                        .setTaskId("t")
                        .setFileName("f")
                        .setFileSize(1)
                        .setAttachData(ByteString.copyFromUtf8("x"))
                        .build());
        assertThat(client.expect(Commands.FILE_ADD_OFFLINE_REQ).getResultCode()).isEqualTo(NO_DATABASE);
        client.send(
                Commands.FILE_HAS_OFFLINE_REQ,
                3,
                IMFileHasOfflineReq.newBuilder().setUserId(0).addTaskIdList("t").build());
        IMFileHasOfflineRsp fates = client.expect(Commands.FILE_HAS_OFFLINE_RES);
        assertThat(fates.getResultCode()).isEqualTo(NO_DATABASE);
        assertThat(fates.getUnknownTaskIdListList()).isEmpty();
        client.send(
                Commands.GROUP_CREATE_REQUEST,
                5,
                IMGroupCreateReq.newBuilder()
                        .setUserId(1)
                        .setGroupType(GroupType.GROUP_TYPE_NORMAL)
                        .setGroupName("friends")
                        .setGroupAvatar("")
                        .build());
        assertThat(client.expect(Commands.GROUP_CREATE_RESPONSE).getResultCode())
                .isEqualTo(NO_DATABASE);
        client.send(
                Commands.GROUP_CHANGE_MEMBER_REQUEST,
                6,
                IMGroupChangeMemberReq.newBuilder()
                        .setUserId(1)
                        .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_ADD)
                        .setGroupId(1)
                        .addMemberIdList(1)
                        .build());
        assertThat(client.expect(Commands.GROUP_CHANGE_MEMBER_RESPONSE).getResultCode())
                .isEqualTo(NO_DATABASE);
        client.send(
                Commands.MSG_DATA,
                4,
                IMMsgData.newBuilder()
                        .setFromUserId(1)
                        .setToSessionId(1)
                        .setMsgId(0)
                        .setCreateTime(0)
                        .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                        .setMsgData(ByteString.EMPTY)
                        .build());
        IMMsgData notStored = client.expect(Commands.MSG_DATA);
        assertThat(notStored.getResultCode()).isEqualTo(NO_DATABASE);
        assertThat(notStored.getMsgId()).isZero();
        gate.open();
        loginUntilItSucceeds();
    }
}
