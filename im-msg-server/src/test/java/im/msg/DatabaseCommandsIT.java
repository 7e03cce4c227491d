package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import im.msg.wire.DatabaseRequest;
import im.netlib.Pdu;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.GroupModifyType;
import im.proto.base.SessionType;
import im.proto.buddy.IMAvatarChangedNotify;
import im.proto.buddy.IMChangeAvatarReq;
import im.proto.buddy.IMChangeAvatarRsp;
import im.proto.buddy.IMChangeSignInfoReq;
import im.proto.buddy.IMChangeSignInfoRsp;
import im.proto.buddy.IMRemoveSessionNotify;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMRemoveSessionRsp;
import im.proto.buddy.IMSignInfoChangedNotify;
import im.proto.buddy.IMUsersInfoReq;
import im.proto.group.IMGroupChangeMemberNotify;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.login.IMDeviceTokenReq;
import im.proto.message.IMMsgDataReadAck;
import im.proto.message.IMMsgDataReadNotify;
import im.proto.message.IMUnreadMsgCntReq;
import im.proto.message.IMUnreadMsgCntRsp;
import im.proto.switchservice.IMP2PCmdMsg;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DatabaseCommandsIT {
    private static final int SEQ = 4711;
    private static final int FAILED = 1;
    private static final SessionType SINGLE = SessionType.SESSION_TYPE_SINGLE;

    private Stack stack;
    private Client alice;
    private Client bob;
    private Client mobile;

    @BeforeEach
    void start() throws Exception {
        stack = Stack.start(Map.of("link.call-timeout", "300ms"));
        alice = stack.desktop("alice");
        bob = stack.desktop("bob");
        mobile = stack.closing(Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_ANDROID));
        mobile.expect(Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY);
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    static Stream<DatabaseRequest<?, ?>> requests() {
        return DatabaseRequest.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("requests")
    <Q extends Message, R extends Message> void isAskedAsTheSessionsUserAndAnsweredAsItIs(DatabaseRequest<Q, R> kind)
            throws Exception {
        Q request = Samples.of(requestType(kind));
        R answer = Samples.of(kind.answerType());
        stack.db.answers.put(kind.answer().commandId(), answer);

        mobile.wire.send(kind.command(), SEQ, request);

        WireClient.Frame frame = mobile.expectFrame(kind.answer());
        assertThat(frame.seq()).isEqualTo(SEQ);
        assertThat(frame.parse(kind.answer())).isEqualTo(Samples.with(answer, "attach_data", null));
        Q asked = stack.db.nextAsked(requestType(kind));
        assertThat(Samples.with(asked, "attach_data", null))
                .isEqualTo(Samples.with(
                        request,
                        "attach_data",
                        null,
                        "user_id",
                        1,
                        "client_type",
                        ClientType.CLIENT_TYPE_ANDROID.getValueDescriptor()));
        alice.expectNothing();
    }

    @SuppressWarnings("unchecked")
    static <Q extends Message> Class<Q> requestType(DatabaseRequest<Q, ?> kind) throws IOException {
        return (Class<Q>) kind.command().parser().parsePartialFrom(new byte[0]).getClass();
    }

    @ParameterizedTest
    @MethodSource("requests")
    <Q extends Message, R extends Message> void withoutADatabaseTheAnswerIsAFailureWhereThereIsAWordForIt(
            DatabaseRequest<Q, R> kind) throws Exception {
        stack.db.goAway();
        Q request = Samples.of(requestType(kind));
        mobile.wire.send(kind.command(), SEQ, request);
        if (kind.answer()
                        .parser()
                        .parsePartialFrom(new byte[0])
                        .getDescriptorForType()
                        .findFieldByName("result_code")
                == null) {
            mobile.expectNothing();
            return;
        }
        WireClient.Frame frame = mobile.expectFrame(kind.answer());
        assertThat(frame.seq()).isEqualTo(SEQ);
        Map<String, Object> fields = new HashMap<>();
        frame.parse(kind.answer()).getAllFields().forEach((field, value) -> fields.put(field.getName(), value));
        assertThat(fields).containsEntry("result_code", FAILED).containsEntry("user_id", 1);
        Map<String, Object> asked = new HashMap<>();
        request.getAllFields().forEach((field, value) -> asked.put(field.getName(), value));
        fields.keySet().removeAll(Set.of("result_code", "user_id"));
        assertThat(asked).containsAllEntriesOf(fields);
        mobile.expectNothing();
    }

    /** It is longer still with what the msg-server adds. */
    @Test
    void aRequestThatIsLongerThanADbProxyTakesCostsNobodyElseAnything() throws Exception {
        IMUsersInfoReq asked = longest(IMUsersInfoReq.newBuilder().setUserId(1).build());
        IMMsgDataReadAck read = longest(Samples.of(IMMsgDataReadAck.class));
        stack.db.answers.put(Commands.MSG_UNREAD_CNT_RESPONSE.commandId(), Samples.of(IMUnreadMsgCntRsp.class));

        alice.wire.send(Commands.BUDDY_LIST_USER_INFO_REQUEST, SEQ, asked);
        alice.wire.send(Commands.MSG_READ_ACK, SEQ, read);
        alice.wire.send(Commands.MSG_UNREAD_CNT_REQUEST, SEQ, Samples.of(IMUnreadMsgCntReq.class));

        alice.expect(Commands.MSG_UNREAD_CNT_RESPONSE);
        assertThat(stack.lostDbProxies()).isZero();
    }

    /** With a field that nobody knows, as long as a client's frame may be. */
    @SuppressWarnings("unchecked")
    private static <M extends Message> M longest(M message) {
        int room = FakeServer.MAX_FRAME - Pdu.HEADER_LENGTH - message.getSerializedSize();
        int tagAndLength = 5;
        UnknownFieldSet filling = UnknownFieldSet.newBuilder()
                .addField(
                        99,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(new byte[room - tagAndLength]))
                                .build())
                .build();
        Message longest = message.toBuilder().setUnknownFields(filling).build();
        assertThat(longest.getSerializedSize() + Pdu.HEADER_LENGTH).isEqualTo(FakeServer.MAX_FRAME);
        return (M) longest;
    }

    @Test
    void aDesktopHasNoToken() throws Exception {
        alice.wire.send(Commands.LOGIN_REQ_DEVICETOKEN, SEQ, Samples.of(IMDeviceTokenReq.class));
        alice.expectNothing();
        assertThat(stack.db.asked).isEmpty();
    }

    private <M extends MessageLite> void expectNotice(Client client, Command<M> command, M notice) throws IOException {
        WireClient.Frame frame = client.expectFrame(command);
        assertThat(frame.seq()).isZero();
        assertThat(frame.parse(command)).isEqualTo(notice);
    }

    private void expectNothingMore() throws IOException {
        for (Client client : List.of(alice, bob, mobile)) {
            client.expectNothing();
        }
    }

    @Test
    void whatWasReadOnOneClientIsReadOnTheOthers() throws Exception {
        IMMsgDataReadAck read = IMMsgDataReadAck.newBuilder()
                .setUserId(99)
                .setSessionId(2)
                .setMsgId(7)
                .setSessionType(SINGLE)
                .build();
        alice.wire.send(Commands.MSG_READ_ACK, SEQ, read);
        expectNotice(
                mobile,
                Commands.MSG_READ_NOTIFY,
                IMMsgDataReadNotify.newBuilder()
                        .setUserId(1)
                        .setSessionId(2)
                        .setMsgId(7)
                        .setSessionType(SINGLE)
                        .build());
        assertThat(stack.db.nextAsked(IMMsgDataReadAck.class))
                .isEqualTo(read.toBuilder().setUserId(1).build());
        expectNothingMore();
    }

    @Test
    void whatCannotBeRecordedAsReadIsReadNowhere() throws Exception {
        stack.db.goAway();
        Eventually.until("no db-proxy is ready", () -> stack.server.readyDbProxies() == 0);
        alice.wire.send(Commands.MSG_READ_ACK, SEQ, Samples.of(IMMsgDataReadAck.class));
        expectNothingMore();
    }

    @Test
    void aSessionThatWasRemovedIsRemovedOnTheOwnOtherClients() throws Exception {
        IMRemoveSessionReq request = IMRemoveSessionReq.newBuilder()
                .setUserId(99)
                .setSessionType(SINGLE)
                .setSessionId(2)
                .build();
        IMRemoveSessionRsp.Builder answer = IMRemoveSessionRsp.newBuilder()
                .setUserId(1)
                .setResultCode(0)
                .setSessionType(SINGLE)
                .setSessionId(2);
        stack.db.answers.put(Commands.BUDDY_LIST_REMOVE_SESSION_RES.commandId(), answer.build());
        alice.wire.send(Commands.BUDDY_LIST_REMOVE_SESSION_REQ, SEQ, request);
        alice.expect(Commands.BUDDY_LIST_REMOVE_SESSION_RES);
        expectNotice(
                mobile,
                Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY,
                IMRemoveSessionNotify.newBuilder()
                        .setUserId(1)
                        .setSessionType(SINGLE)
                        .setSessionId(2)
                        .build());

        stack.db.answers.put(
                Commands.BUDDY_LIST_REMOVE_SESSION_RES.commandId(),
                answer.setResultCode(1).build());
        alice.wire.send(Commands.BUDDY_LIST_REMOVE_SESSION_REQ, SEQ, request);
        alice.expect(Commands.BUDDY_LIST_REMOVE_SESSION_RES);
        expectNothingMore();
    }

    @Test
    void everyDesktopHearsOfANewAvatar() throws Exception {
        IMChangeAvatarRsp answer =
                IMChangeAvatarRsp.newBuilder().setUserId(1).setResultCode(0).build();
        stack.db.answers.put(Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE.commandId(), answer);
        mobile.wire.send(
                Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST,
                SEQ,
                IMChangeAvatarReq.newBuilder().setUserId(99).setAvatarUrl("new").build());
        mobile.expect(Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE);
        for (Client desktop : List.of(alice, bob)) {
            expectNotice(
                    desktop,
                    Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY,
                    IMAvatarChangedNotify.newBuilder()
                            .setChangedUserId(1)
                            .setAvatarUrl("new")
                            .build());
        }
        expectNothingMore();
    }

    @Test
    void everyDesktopHearsOfANewSignature() throws Exception {
        IMChangeSignInfoRsp answer =
                IMChangeSignInfoRsp.newBuilder().setUserId(1).setResultCode(0).build();
        stack.db.answers.put(Commands.BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE.commandId(), answer);
        mobile.wire.send(
                Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST,
                SEQ,
                IMChangeSignInfoReq.newBuilder()
                        .setUserId(99)
                        .setSignInfo("away")
                        .build());
        mobile.expect(Commands.BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE);
        for (Client desktop : List.of(alice, bob)) {
            expectNotice(
                    desktop,
                    Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY,
                    IMSignInfoChangedNotify.newBuilder()
                            .setChangedUserId(1)
                            .setSignInfo("away")
                            .build());
        }
        expectNothingMore();
    }

    @Test
    void whoIsInAGroupOrWasHearsWhoCameAndWent() throws Exception {
        IMGroupChangeMemberReq request = IMGroupChangeMemberReq.newBuilder()
                .setUserId(99)
                .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_DEL)
                .setGroupId(5)
                .addMemberIdList(2)
                .build();
        IMGroupChangeMemberRsp.Builder answer = IMGroupChangeMemberRsp.newBuilder()
                .setUserId(1)
                .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_DEL)
                .setResultCode(0)
                .setGroupId(5)
                .addCurUserIdList(1)
                .addChgUserIdList(2);
        stack.db.answers.put(Commands.GROUP_CHANGE_MEMBER_RESPONSE.commandId(), answer.build());
        alice.wire.send(Commands.GROUP_CHANGE_MEMBER_REQUEST, SEQ, request);
        alice.expect(Commands.GROUP_CHANGE_MEMBER_RESPONSE);
        for (Client concerned : List.of(bob, mobile)) {
            expectNotice(
                    concerned,
                    Commands.GROUP_CHANGE_MEMBER_NOTIFY,
                    IMGroupChangeMemberNotify.newBuilder()
                            .setUserId(1)
                            .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_DEL)
                            .setGroupId(5)
                            .addCurUserIdList(1)
                            .addChgUserIdList(2)
                            .build());
        }

        stack.db.answers.put(
                Commands.GROUP_CHANGE_MEMBER_RESPONSE.commandId(),
                answer.clearChgUserIdList().build());
        alice.wire.send(Commands.GROUP_CHANGE_MEMBER_REQUEST, SEQ, request);
        alice.expect(Commands.GROUP_CHANGE_MEMBER_RESPONSE);
        expectNothingMore();
    }

    @Test
    void aCommandForAUserGoesToAllClientsOfThatUserAndSaysWhoSentIt() throws Exception {
        IMP2PCmdMsg command = IMP2PCmdMsg.newBuilder()
                .setFromUserId(99)
                .setToUserId(1)
                .setCmdMsgData("shake")
                .build();
        bob.wire.send(Commands.SWITCH_P2P_CMD, SEQ, command);
        for (Client client : List.of(alice, mobile)) {
            expectNotice(
                    client,
                    Commands.SWITCH_P2P_CMD,
                    command.toBuilder().setFromUserId(2).build());
        }
        expectNothingMore();
    }
}
