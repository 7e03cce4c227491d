package im.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.db.domain.PasswordDigest;
import im.db.domain.Profile;
import im.db.domain.UserName;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.MsgType;
import im.proto.message.IMMsgData;
import im.proto.server.IMValidateReq;
import im.server.management.Telemetry;
import im.testkit.Eventually;
import im.testkit.TestDatabase;
import im.testkit.WireClient;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.HostileLinks;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Msg-servers whose links go wrong: the database and others notice nothing, and nothing of them stays behind. */
class FuzzedLinksIT {
    private static final int LINKS = 25;
    private static final int ALICE = 1;
    private static final int BOB = 2;
    private static final List<Command<?>> OF_MSG_SERVERS = List.of(
            Commands.OTHER_VALIDATE_REQ,
            Commands.BUDDY_LIST_ALL_USER_REQUEST,
            Commands.BUDDY_LIST_USER_INFO_REQUEST,
            Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST,
            Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST,
            Commands.BUDDY_LIST_DEPARTMENT_REQUEST,
            Commands.MSG_DATA,
            Commands.MSG_LIST_REQUEST,
            Commands.MSG_GET_LATEST_MSG_ID_REQ,
            Commands.MSG_GET_BY_MSG_ID_REQ,
            Commands.MSG_READ_ACK,
            Commands.MSG_UNREAD_CNT_REQUEST,
            Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST,
            Commands.BUDDY_LIST_REMOVE_SESSION_REQ,
            Commands.GROUP_NORMAL_LIST_REQUEST,
            Commands.GROUP_INFO_REQUEST,
            Commands.GROUP_CREATE_REQUEST,
            Commands.GROUP_CHANGE_MEMBER_REQUEST,
            Commands.GROUP_SHIELD_GROUP_REQUEST,
            Commands.OTHER_GET_SHIELD_REQ,
            Commands.LOGIN_REQ_DEVICETOKEN,
            Commands.LOGIN_REQ_PUSH_SHIELD,
            Commands.LOGIN_REQ_QUERY_PUSH_SHIELD,
            Commands.OTHER_GET_DEVICE_TOKEN_REQ,
            Commands.FILE_HAS_OFFLINE_REQ,
            Commands.FILE_ADD_OFFLINE_REQ,
            Commands.FILE_DEL_OFFLINE_REQ);

    @Test
    void whateverAMsgServerSaysOthersNoticeNothingAndNothingStaysBehind() throws Exception {
        HostileLinks hostile = new HostileLinks(List.of(), OF_MSG_SERVERS);
        Telemetry telemetry = new Telemetry();
        try (TestDatabase database = TestDatabase.fresh()) {
            DbProxyConfig config = Configurations.of(database);
            try (Accounts accounts = Accounts.open(config)) {
                accounts.add(new UserName("alice"), "alicepw", Profile.ofNickName("Alice"));
                accounts.add(new UserName("bob"), "bobpw", Profile.ofNickName("Bob"));
            }
            try (DbProxy proxy = DbProxy.start(config, telemetry)) {
                FuzzCases.runAgainstServers(24, (random, number) -> {
                    for (int i = 0; i < LINKS; i++) {
                        hostile.goWrong(proxy.address(), random);
                    }
                    try (WireClient link = WireClient.connect(proxy.address())) {
                        serves(link, number);
                    }
                    hostile.close();
                    Eventually.until("all are gone", () -> links(telemetry) == 0);
                });
            }
        }
    }

    private static int links(Telemetry telemetry) {
        return (int) telemetry.meters().get("im.connections").gauge().value();
    }

    private static void serves(WireClient link, int number) throws Exception {
        link.send(
                Commands.OTHER_VALIDATE_REQ,
                1,
                IMValidateReq.newBuilder()
                        .setUserName("alice")
                        .setPassword(PasswordDigest.ofPassword("alicepw").hex())
                        .build());
        assertThat(link.expect(Commands.OTHER_VALIDATE_RSP).getResultCode()).isZero();
        link.send(
                Commands.MSG_DATA,
                2,
                IMMsgData.newBuilder()
                        .setFromUserId(ALICE)
                        .setToSessionId(BOB)
                        .setMsgId(0)
                        .setCreateTime(0)
                        .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                        .setMsgData(ByteString.copyFromUtf8("healthy " + number))
                        .build());
        assertThat(link.expect(Commands.MSG_DATA).getMsgId()).isPositive();
    }
}
