package im.route;

import static im.proto.base.ClientType.CLIENT_TYPE_ANDROID;
import static im.proto.base.ClientType.CLIENT_TYPE_WINDOWS;
import static im.route.FakeMsgServer.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.GroupModifyType;
import im.proto.base.MsgType;
import im.proto.base.SessionType;
import im.proto.base.TransferFileType;
import im.proto.buddy.IMAvatarChangedNotify;
import im.proto.buddy.IMRemoveSessionNotify;
import im.proto.buddy.IMSignInfoChangedNotify;
import im.proto.file.IMFileNotify;
import im.proto.group.IMGroupChangeMemberNotify;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataReadNotify;
import im.proto.server.IMServerKickUser;
import im.proto.switchservice.IMP2PCmdMsg;
import im.testkit.WireClient;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alice is in the east, Bob on two kinds of clients in the west and the north, and nobody in the south. */
class FanOutIT {
    private static final int ALICE = 1;
    private static final int BOB = 2;
    private static final int NOBODY = 3;
    private static final int SEQ = 4711;

    private RouteServer server;
    private FakeMsgServer east;
    private FakeMsgServer west;
    private FakeMsgServer north;
    private FakeMsgServer south;

    @BeforeEach
    void start() throws IOException {
        server = RouteServers.start();
        east = FakeMsgServer.link(server, false, client(ALICE, CLIENT_TYPE_WINDOWS));
        west = FakeMsgServer.link(server, false, client(BOB, CLIENT_TYPE_WINDOWS));
        north = FakeMsgServer.link(server, false, client(BOB, CLIENT_TYPE_ANDROID));
        south = FakeMsgServer.link(server, false);
    }

    @AfterEach
    void stop() throws IOException {
        for (FakeMsgServer link : List.of(east, west, north, south)) {
            link.close();
        }
        server.close();
    }

    private <M extends MessageLite> void reaches(
            FakeMsgServer origin, Command<M> command, M message, FakeMsgServer... receivers) throws IOException {
        byte[] frame = WireClient.frame(command, SEQ, message);
        // What real msg-servers put into fields that we only pass on.
        frame[5] = 6;
        frame[15] = 48;
        origin.wire().sendRaw(frame);
        origin.hearsNothing();
        for (FakeMsgServer receiver : receivers) {
            assertThat(receiver.wire().expectFrame(command).raw()).isEqualTo(frame);
        }
        for (FakeMsgServer link : List.of(east, west, north, south)) {
            link.hearsNothing();
        }
    }

    @Test
    void aFileReachesTheReceiversHosts() throws IOException {
        reaches(east, Commands.FILE_NOTIFY, file(BOB), west, north);
    }

    @Test
    void nothingGoesBackToWhereItCameFrom() throws IOException {
        reaches(west, Commands.FILE_NOTIFY, file(BOB), north);
    }

    @Test
    void whatIsForSomebodyWhoIsNowhereEndsHere() throws IOException {
        reaches(east, Commands.FILE_NOTIFY, file(NOBODY));
    }

    private static IMFileNotify file(int to) {
        return IMFileNotify.newBuilder()
                .setFromUserId(ALICE)
                .setToUserId(to)
                .setFileName("notes.txt")
                .setFileSize(5)
                .setTaskId("task")
                .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                .setOfflineReady(0)
                .build();
    }

    @Test
    void aMessageReachesTheReceiversHostsAndTheSendersOthers() throws IOException {
        reaches(east, Commands.MSG_DATA, message(ALICE, BOB, MsgType.MSG_TYPE_SINGLE_TEXT), west, north);
        reaches(west, Commands.MSG_DATA, message(BOB, ALICE, MsgType.MSG_TYPE_SINGLE_AUDIO), east, north);
    }

    /** The number of a group may be that of a user who has nothing to do with it. */
    @Test
    void aMessageToAGroupReachesAllOthers() throws IOException {
        reaches(east, Commands.MSG_DATA, message(ALICE, BOB, MsgType.MSG_TYPE_GROUP_TEXT), west, north, south);
        reaches(north, Commands.MSG_DATA, message(BOB, NOBODY, MsgType.MSG_TYPE_GROUP_AUDIO), east, west, south);
    }

    @Test
    void aMessageToAGroupReachesTheHostsOfItsMembersWhereItSaysWhoTheyAre() throws IOException {
        IMMsgData message = message(ALICE, NOBODY, MsgType.MSG_TYPE_GROUP_TEXT).toBuilder()
                .addAllMemberIdList(List.of(ALICE, BOB, NOBODY))
                .build();
        reaches(east, Commands.MSG_DATA, message, west, north);
    }

    private static IMMsgData message(int from, int to, MsgType type) {
        return IMMsgData.newBuilder()
                .setFromUserId(from)
                .setToSessionId(to)
                .setMsgId(8)
                .setCreateTime(1)
                .setMsgType(type)
                .setMsgData(ByteString.copyFrom(new byte[] {0, (byte) 0xff, 7}))
                .build();
    }

    @Test
    void whatAUserHasReadReachesTheUsersOtherHosts() throws IOException {
        reaches(
                west,
                Commands.MSG_READ_NOTIFY,
                IMMsgDataReadNotify.newBuilder()
                        .setUserId(BOB)
                        .setSessionId(ALICE)
                        .setMsgId(8)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .build(),
                north);
    }

    @Test
    void aRemovedSessionReachesTheUsersOtherHosts() throws IOException {
        reaches(
                north,
                Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY,
                IMRemoveSessionNotify.newBuilder()
                        .setUserId(BOB)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .setSessionId(ALICE)
                        .build(),
                west);
    }

    @Test
    void aCommandBetweenClientsReachesTheReceiversHosts() throws IOException {
        reaches(
                west,
                Commands.SWITCH_P2P_CMD,
                IMP2PCmdMsg.newBuilder()
                        .setFromUserId(BOB)
                        .setToUserId(ALICE)
                        .setCmdMsgData("{}")
                        .build(),
                east);
    }

    @Test
    void aChangeOfAGroupReachesOldAndNewMembers() throws IOException {
        IMGroupChangeMemberNotify.Builder notify = IMGroupChangeMemberNotify.newBuilder()
                .setUserId(NOBODY)
                .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_DEL)
                .setGroupId(5);
        reaches(
                south,
                Commands.GROUP_CHANGE_MEMBER_NOTIFY,
                notify.addCurUserIdList(ALICE).addChgUserIdList(BOB).build(),
                east,
                west,
                north);
        reaches(
                south,
                Commands.GROUP_CHANGE_MEMBER_NOTIFY,
                notify.clearCurUserIdList().addCurUserIdList(NOBODY).build(),
                west,
                north);
    }

    @Test
    void aSignatureReachesAllOthers() throws IOException {
        reaches(
                west,
                Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY,
                IMSignInfoChangedNotify.newBuilder()
                        .setChangedUserId(BOB)
                        .setSignInfo("away")
                        .build(),
                east,
                north,
                south);
    }

    @Test
    void anAvatarReachesAllOthers() throws IOException {
        reaches(
                west,
                Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY,
                IMAvatarChangedNotify.newBuilder()
                        .setChangedUserId(BOB)
                        .setAvatarUrl("new")
                        .build(),
                east,
                north,
                south);
    }

    @Test
    void aKickReachesTheUsersOtherHosts() throws IOException {
        reaches(
                west,
                Commands.OTHER_SERVER_KICK_USER,
                IMServerKickUser.newBuilder()
                        .setUserId(BOB)
                        .setClientType(CLIENT_TYPE_WINDOWS)
                        .setReason(1)
                        .build(),
                north);
    }

    @Test
    void whatIsLongerThanOthersTakeIsNotForwarded() throws IOException {
        east.send(
                Commands.MSG_DATA,
                message(ALICE, BOB, MsgType.MSG_TYPE_SINGLE_TEXT).toBuilder()
                        .setMsgData(ByteString.copyFrom(new byte[600 << 10]))
                        .build());

        east.wire().expectClosed();
        west.hearsNothing();
    }
}
