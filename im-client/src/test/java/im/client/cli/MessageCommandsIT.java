package im.client.cli;

import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.client.Conversation;
import im.client.Conversation.Received;
import im.client.ScriptedBackend;
import im.client.ScriptedMessages;
import im.proto.Commands;
import im.proto.base.GroupInfo;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.GroupVersionInfo;
import im.proto.base.MsgType;
import im.proto.base.UserInfo;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUsersStatRsp;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupCreateRsp;
import im.proto.group.IMGroupInfoListReq;
import im.proto.group.IMGroupInfoListRsp;
import im.proto.group.IMNormalGroupListRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMMsgData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages, history, users and groups as a script sees them. */
class MessageCommandsIT {
    private static final int GROUP = 7;

    @TempDir
    private Path folder;

    private final InputStream systemIn = System.in;
    private CommandRun run;

    @BeforeEach
    void start() throws IOException {
        run = new CommandRun(folder);
    }

    @AfterEach
    void stop() throws IOException {
        System.setIn(systemIn);
        run.close();
    }

    private Conversation login() throws IOException {
        Conversation msg = ScriptedBackend.acceptLogin(run.msgServer, ScriptedBackend.ourWelcome());
        ScriptedBackend.answerUsers(msg);
        return msg;
    }

    private void end(Conversation msg) throws Exception {
        msg.expect(Commands.LOGIN_REQ_LOGINOUT);
        msg.close();
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
    }

    static void answerGroups(Conversation msg) throws IOException {
        msg.send(
                Commands.GROUP_NORMAL_LIST_RESPONSE,
                msg.expectPdu(Commands.GROUP_NORMAL_LIST_REQUEST).seq(),
                IMNormalGroupListRsp.newBuilder()
                        .setUserId(ALICE)
                        .addGroupVersionList(
                                GroupVersionInfo.newBuilder().setGroupId(GROUP).setVersion(1))
                        .build());
        answerGroupInfo(msg);
    }

    static void answerGroupInfo(Conversation msg) throws IOException {
        Received<IMGroupInfoListReq> asked = msg.expectPdu(Commands.GROUP_INFO_REQUEST);
        msg.send(
                Commands.GROUP_INFO_RESPONSE,
                asked.seq(),
                IMGroupInfoListRsp.newBuilder()
                        .setUserId(ALICE)
                        .addGroupInfoList(GroupInfo.newBuilder()
                                .setGroupId(GROUP)
                                .setVersion(1)
                                .setGroupName("the \u202ecooks")
                                .setGroupAvatar("")
                                .setGroupCreatorId(ALICE)
                                .setGroupType(GroupType.GROUP_TYPE_NORMAL)
                                .setShieldStatus(0)
                                .addGroupMemberList(ALICE)
                                .addGroupMemberList(BOB))
                        .build());
    }

    @Test
    void aMessageIsStored() throws Exception {
        run.start("message", "--to", "bob", "hello", "bob");
        Conversation msg = login();
        Received<IMMsgData> sent = msg.expectPdu(Commands.MSG_DATA);
        assertThat(sent.message().getToSessionId()).isEqualTo(BOB);
        assertThat(sent.message().getMsgData()).isEqualTo(ScriptedMessages.encrypted("hello bob"));
        ScriptedMessages.store(msg, sent, 12);
        end(msg);
        assertThat(run.out()).containsExactly("stored as message 12 to bob");
    }

    @Test
    void aMessageToAGroupComesFromStandardInput() throws Exception {
        System.setIn(new ByteArrayInputStream("one\ntwo\n".getBytes(StandardCharsets.UTF_8)));
        run.start("message", "--group", "7", "-");
        Conversation msg = login();
        answerGroups(msg);
        Received<IMMsgData> sent = msg.expectPdu(Commands.MSG_DATA);
        assertThat(sent.message().getMsgType()).isEqualTo(MsgType.MSG_TYPE_GROUP_TEXT);
        assertThat(sent.message().getMsgData()).isEqualTo(ScriptedMessages.encrypted("one\ntwo"));
        ScriptedMessages.store(msg, sent, 1);
        answerGroupInfo(msg);
        end(msg);
        assertThat(run.out()).containsExactly("stored as message 1 to group the ?cooks");
    }

    @Test
    void aUserOfTheSecondPageIsFoundToo() throws Exception {
        run.start("message", "--to", "carol", "hello");
        Conversation msg = ScriptedBackend.acceptLogin(run.msgServer, ScriptedBackend.ourWelcome());
        UserInfo carol = ScriptedBackend.user(3, "carol");
        ScriptedBackend.answerUsers(msg, 100, ScriptedBackend.user(ALICE, "alice"));
        ScriptedBackend.answerUsers(msg, 101, carol);
        ScriptedBackend.answerUsers(msg, 101, carol);
        Received<IMMsgData> sent = msg.expectPdu(Commands.MSG_DATA);
        assertThat(sent.message().getToSessionId()).isEqualTo(3);
        ScriptedMessages.store(msg, sent, 1);
        end(msg);
        assertThat(run.out()).containsExactly("stored as message 1 to carol");
    }

    @Test
    void nothingIsLostBehindManyBlanks() throws Exception {
        System.setIn(
                new ByteArrayInputStream(("hello" + " ".repeat(70_000) + "world").getBytes(StandardCharsets.UTF_8)));
        run.start("message", "--to", "bob", "-");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("not sent: the message is too long");
    }

    @Test
    void aMessageThatIsTooLongIsExplained() throws Exception {
        System.setIn(new ByteArrayInputStream("x".repeat(60_000).getBytes(StandardCharsets.UTF_8)));
        run.start("message", "--to", "bob", "-");
        Conversation msg = login();
        msg.expect(Commands.LOGIN_REQ_LOGINOUT);
        msg.close();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("not sent: the message is too long");
    }

    @Test
    void whoIsNotThereGetsNothing() throws Exception {
        run.start("message", "--to", "nobody", "hello");
        Conversation msg = login();
        msg.expect(Commands.LOGIN_REQ_LOGINOUT);
        msg.close();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("there is no user called nobody");
    }

    @Test
    void theHistoryIsShownInOrderAndSafely() throws Exception {
        run.start("history", "--with", "bob", "--count", "3");
        Conversation msg = login();
        IMGetMsgListReq asked = ScriptedMessages.answerPage(
                msg,
                List.of(
                        ScriptedMessages.stored(9, ALICE, 60),
                        ScriptedMessages.stored(8, BOB, 60).toBuilder()
                                .setMsgData(ByteString.copyFromUtf8("plain \u001b[2J\u202e\r\nsecond"))
                                .build()));
        assertThat(asked.getMsgCnt()).isEqualTo(3);
        assertThat(asked.getMsgIdBegin()).isZero();
        assertThat(ScriptedMessages.answerPage(msg, List.of(ScriptedMessages.stored(7, BOB, 60)))
                        .getMsgIdBegin())
                .isEqualTo(7);
        end(msg);
        assertThat(run.out()).hasSize(4);
        assertThat(run.out().get(0)).endsWith(":00 bob: message 7");
        assertThat(run.out().get(1)).endsWith(" bob: plain ?[2J?");
        assertThat(run.out().get(2)).isEqualTo("    second");
        assertThat(run.out().get(3)).endsWith(" alice: message 9");
    }

    @Test
    void aLongHistoryComesInPages() throws Exception {
        run.start("history", "--with", "bob", "--count", "150");
        Conversation msg = login();
        ScriptedMessages.answerPage(msg, page(200, 101));
        IMGetMsgListReq second = ScriptedMessages.answerPage(msg, page(100, 51));
        assertThat(second.getMsgIdBegin()).isEqualTo(100);
        assertThat(second.getMsgCnt()).isEqualTo(50);
        end(msg);
        assertThat(run.out()).hasSize(150);
    }

    private static List<im.proto.base.MsgInfo> page(int from, int to) {
        return IntStream.iterate(from, id -> id >= to, id -> id - 1)
                .mapToObj(id -> ScriptedMessages.stored(id, BOB, 60))
                .toList();
    }

    @Test
    void usersAreListedWithTheirPresence() throws Exception {
        run.start("users");
        Conversation msg = login();
        msg.send(
                Commands.BUDDY_LIST_USERS_STATUS_RESPONSE,
                msg.expectPdu(Commands.BUDDY_LIST_USERS_STATUS_REQUEST).seq(),
                IMUsersStatRsp.newBuilder()
                        .setUserId(ALICE)
                        .addUserStatList(
                                UserStat.newBuilder().setUserId(ALICE).setStatus(UserStatType.USER_STATUS_ONLINE))
                        .addUserStatList(
                                UserStat.newBuilder().setUserId(BOB).setStatus(UserStatType.USER_STATUS_OFFLINE))
                        .build());
        end(msg);
        assertThat(run.out())
                .containsExactly(
                        "        ID  USER                  IS        NAME",
                        "         1  alice                 online    ALICE",
                        "         2  bob                   -         BOB");
    }

    @Test
    void groupsAreListed() throws Exception {
        run.start("groups");
        Conversation msg = ScriptedBackend.acceptLogin(run.msgServer, ScriptedBackend.ourWelcome());
        answerGroups(msg);
        ScriptedBackend.answerUsers(msg);
        end(msg);
        assertThat(run.out())
                .containsExactly(
                        "        ID  GROUP                 MEMBERS", "         7  the ?cooks            alice, bob");
    }

    @Test
    void aGroupIsFoundedOrRefused() throws Exception {
        for (int result : List.of(0, 1)) {
            run.start("groups", "--create", "cooks", "--members", "bob,7");
            Conversation msg = login();
            Received<IMGroupCreateReq> asked = msg.expectPdu(Commands.GROUP_CREATE_REQUEST);
            assertThat(asked.message().getGroupName()).isEqualTo("cooks");
            assertThat(asked.message().getMemberIdListList()).containsExactly(BOB, 7);
            IMGroupCreateRsp.Builder answer = IMGroupCreateRsp.newBuilder()
                    .setUserId(ALICE)
                    .setResultCode(result)
                    .setGroupName("cooks");
            msg.send(
                    Commands.GROUP_CREATE_RESPONSE,
                    asked.seq(),
                    answer.setGroupId(GROUP).build());
            msg.expect(Commands.LOGIN_REQ_LOGINOUT);
            msg.close();
            assertThat(run.exitCode()).isEqualTo(result);
        }
        assertThat(run.out()).containsExactly("founded cooks, group 7");
        assertThat(run.err()).contains("the server refused to create a group called cooks");
    }

    @Test
    void membersAreAddedAndRemoved() throws Exception {
        for (String what : List.of("add", "remove")) {
            run.start("groups", "--" + what, "7", "--members", "bob");
            Conversation msg = login();
            answerGroups(msg);
            Received<IMGroupChangeMemberReq> asked = msg.expectPdu(Commands.GROUP_CHANGE_MEMBER_REQUEST);
            assertThat(asked.message().getGroupId()).isEqualTo(GROUP);
            assertThat(asked.message().getChangeType())
                    .isEqualTo(
                            what.equals("add")
                                    ? GroupModifyType.GROUP_MODIFY_TYPE_ADD
                                    : GroupModifyType.GROUP_MODIFY_TYPE_DEL);
            IMGroupChangeMemberRsp.Builder answer = IMGroupChangeMemberRsp.newBuilder()
                    .setUserId(ALICE)
                    .setChangeType(asked.message().getChangeType())
                    .setResultCode(0)
                    .setGroupId(GROUP);
            if (what.equals("remove")) {
                answer.addChgUserIdList(BOB);
            }
            msg.send(Commands.GROUP_CHANGE_MEMBER_RESPONSE, asked.seq(), answer.build());
            end(msg);
        }
        assertThat(run.out()).containsExactly("added: nobody", "removed: bob");
    }

    @Test
    void aWrongCommandLineIsExitCodeTwo() throws Exception {
        for (List<String> wrong : List.of(
                List.of("message", "hello"),
                List.of("message", "--to", "bob"),
                List.of("message", "--to", "bob", "--group", "7", "hello"),
                List.of("history", "--with", "bob", "--count", "0"),
                List.of("chat"),
                List.of("chat", "--with", "bob", "--history", "101"),
                List.of("groups", "--members", "bob"),
                List.of("groups", "--create", "cooks"))) {
            run.start(wrong.toArray(String[]::new));
            assertThat(run.exitCode()).as("%s", wrong).isEqualTo(2);
        }
    }
}
