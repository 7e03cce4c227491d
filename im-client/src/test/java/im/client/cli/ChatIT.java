package im.client.cli;

import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import im.client.Conversation;
import im.client.Conversation.Received;
import im.client.ConversationId;
import im.client.ScriptedBackend;
import im.client.ScriptedMessages;
import im.client.ScriptedServer;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.KickReasonType;
import im.proto.base.MsgType;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileReq;
import im.proto.login.IMKickUser;
import im.proto.message.IMMsgData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code im chat} when everything that was said before is shown. */
class ChatIT extends ChatConversation {
    /** Message 10 of bob. */
    @BeforeEach
    void showHistory() throws IOException {
        ScriptedMessages.tellWhatIsNew(
                msg, List.of(ScriptedMessages.recent(ConversationId.ofUser(BOB), 10)), List.of());
        ScriptedMessages.answerPage(msg, List.of(ScriptedMessages.stored(10, BOB, 60)));
        assertThat(msg.expect(Commands.MSG_READ_ACK).getMsgId()).isEqualTo(10);
    }

    @Test
    void everythingThatWasTypedIsStoredBeforeItEnds() throws Exception {
        type("hello\n\n /not a command\n");
        input.close();
        Received<IMMsgData> first = msg.expectPdu(Commands.MSG_DATA);
        assertThat(first.message().getMsgData()).isEqualTo(ScriptedMessages.encrypted("hello"));
        ScriptedMessages.store(msg, first, 11);
        Received<IMMsgData> second = msg.expectPdu(Commands.MSG_DATA);
        assertThat(second.message().getMsgData()).isEqualTo(ScriptedMessages.encrypted("/not a command"));
        ScriptedMessages.store(msg, second, 12);
        expectEnd(0);
        assertThat(shown()).containsExactly("-- bob --", "bob: message 10", "alice: hello", "alice: /not a command");
    }

    @Test
    void whatArrivesIsShownAndReadAndOfOtherConversationsOnlyShown() throws Exception {
        ScriptedMessages.push(msg, MsgType.MSG_TYPE_SINGLE_TEXT, BOB, ALICE, 11);
        msg.expect(Commands.MSG_DATA_ACK);
        assertThat(msg.expect(Commands.MSG_READ_ACK).getMsgId()).isEqualTo(11);
        ScriptedMessages.push(msg, MsgType.MSG_TYPE_GROUP_TEXT, BOB, 7, 1);
        msg.expect(Commands.MSG_DATA_ACK);
        MessageCommandsIT.answerGroupInfo(msg);
        type("/quit\n");
        expectEnd(0);
        assertThat(shown())
                .containsExactly(
                        "-- bob --", "bob: message 10", "bob: message 11", "[group the ?cooks] bob: message 1");
    }

    @Test
    void theConversationIsChanged() throws Exception {
        type("/group 7\n");
        MessageCommandsIT.answerGroups(msg);
        MessageCommandsIT.answerGroupInfo(msg);
        ScriptedMessages.answerPage(msg, List.of());
        type("hello cooks\n");
        Received<IMMsgData> sent = msg.expectPdu(Commands.MSG_DATA);
        assertThat(sent.message().getMsgType()).isEqualTo(MsgType.MSG_TYPE_GROUP_TEXT);
        assertThat(sent.message().getToSessionId()).isEqualTo(7);
        ScriptedMessages.store(msg, sent, 1);
        type("/user bob\n");
        ScriptedMessages.answerPage(msg, List.of());
        type("/quit\n");
        expectEnd(0);
        assertThat(shown())
                .containsExactly(
                        "-- bob --", "bob: message 10", "-- group the ?cooks --", "alice: hello cooks", "-- bob --");
    }

    @Test
    void aScriptSaysNothingToTheWrongPeople() throws Exception {
        type("/group 8\nmeant for the group\n");
        MessageCommandsIT.answerGroups(msg);
        expectEnd(1);
        assertThat(shown()).contains("alice is in no group called 8 ('im groups' lists them)");
    }

    @Test
    void whatWasNotSentShowsInTheExitCode() throws Exception {
        type("/send x\n/send\n/send a\0b\n");
        input.close();
        expectEnd(1);
        assertThat(shown())
                .contains("there is no file x", "say which file to send")
                .anyMatch(line -> line.startsWith("no file can be called a?b here"));
    }

    @Test
    void inputThatCannotBeReadIsNotItsEnd() throws Exception {
        inputBreaks = true;
        input.close();
        expectEnd(1);
        assertThat(shown()).contains("cannot read what is typed: Input/output error");
    }

    @Test
    void commandsAreExplained() throws Exception {
        type("/help\n/dance\n/send missing\n/quit\n");
        expectEnd(1);
        assertThat(shown())
                .contains("/quit         leave, after everything was sent", "there is no file missing")
                .anyMatch(line -> line.startsWith("there is no command /dance"));
    }

    @Test
    void aFileIsSentBeforeItEnds() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        type("/send " + file + "\n");
        input.close();
        try (ScriptedServer fileServer = ScriptedServer.start()) {
            Received<IMFileReq> request = msg.expectPdu(Commands.FILE_REQUEST);
            ScriptedBackend.respond(msg, request, TransferFileType.FILE_TYPE_ONLINE, fileServer);
            try (Conversation task = ScriptedBackend.acceptIntoTask(
                    fileServer, ClientFileRole.CLIENT_REALTIME_SENDER, ScriptedBackend.OK)) {
                task.send(
                        Commands.FILE_PULL_DATA_REQ,
                        2,
                        ScriptedBackend.pull(BOB, TransferFileType.FILE_TYPE_ONLINE, 0, 32768));
                task.expect(Commands.FILE_PULL_DATA_RSP);
                task.send(Commands.FILE_STATE, 3, ScriptedBackend.state(ClientFileState.CLIENT_FILE_DONE, BOB));
                task.expectClosed();
            }
        }
        expectEnd(0);
        assertThat(shown())
                .contains("sending a.txt to bob, who is online")
                .anyMatch(line -> line.startsWith("sent a.txt: 3 bytes"));
    }

    @Test
    void theEndOfTheSessionIsTheEnd() throws Exception {
        msg.send(
                Commands.LOGIN_KICK_USER,
                0,
                IMKickUser.newBuilder()
                        .setUserId(ALICE)
                        .setKickReason(KickReasonType.KICK_REASON_DUPLICATE_USER)
                        .build());
        msg.expectClosed();
        msg.close();
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("the session is over: the same user logged in somewhere else");
    }

    @Test
    void aLostConnectionIsShown() throws Exception {
        msg.close();
        msg = ScriptedBackend.acceptLogin(run.msgServer, ScriptedBackend.ourWelcome());
        ScriptedMessages.tellWhatIsNew(msg, List.of(), List.of());
        type("/quit\n");
        expectEnd(0);
        assertThat(shown()).contains("the connection is lost; trying to get it back", "connected again");
    }
}
