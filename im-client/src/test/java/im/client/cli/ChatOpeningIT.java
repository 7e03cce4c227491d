package im.client.cli;

import static im.client.ScriptedBackend.ALICE;
import static im.client.ScriptedBackend.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import im.client.ConversationId;
import im.client.ScriptedMessages;
import im.client.ScriptedMessages.WhatIsNew;
import im.proto.Commands;
import im.proto.base.MsgType;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code im chat} while the server has not said yet what is new. */
class ChatOpeningIT extends ChatConversation {
    private WhatIsNew asked;

    @BeforeEach
    void expectQuestion() throws IOException {
        asked = ScriptedMessages.expectWhatIsNew(msg);
    }

    private void tellWhatIsNew() throws IOException {
        ScriptedMessages.tellWhatIsNew(
                msg, asked, List.of(ScriptedMessages.recent(ConversationId.ofUser(BOB), 10)), List.of());
    }

    private void showHistory() throws IOException {
        ScriptedMessages.answerPage(msg, List.of(ScriptedMessages.stored(10, BOB, 60)));
        assertThat(msg.expect(Commands.MSG_READ_ACK).getMsgId()).isEqualTo(10);
    }

    @Test
    void errorsDoNotWaitForTheHistory() throws Exception {
        type("/send missing\n");
        run.awaitOut("there is no file missing");
        tellWhatIsNew();
        showHistory();
        type("/quit\n");
        expectEnd(1);
        assertThat(shown()).containsExactly("-- bob --", "there is no file missing", "bob: message 10");
    }

    @Test
    void whatArrivesWaitsForTheHistory() throws Exception {
        ScriptedMessages.push(msg, MsgType.MSG_TYPE_SINGLE_TEXT, BOB, ALICE, 11);
        msg.expect(Commands.MSG_DATA_ACK);
        tellWhatIsNew();
        showHistory();
        assertThat(msg.expect(Commands.MSG_READ_ACK).getMsgId()).isEqualTo(11);
        type("/quit\n");
        expectEnd(0);
        assertThat(shown()).containsExactly("-- bob --", "bob: message 10", "bob: message 11");
    }

    @Test
    void theEndWaitsForTheHistory() throws Exception {
        input.close();
        tellWhatIsNew();
        showHistory();
        expectEnd(0);
        assertThat(shown()).containsExactly("-- bob --", "bob: message 10");
    }

    @Test
    void theHistoryOfAnotherConversationIsNotShownTwiceOrInThisOne() throws Exception {
        type("/user 3\n/user bob\n/send missing\n");
        run.awaitOut("there is no file missing");
        tellWhatIsNew();
        showHistory();
        type("/quit\n");
        expectEnd(1);
        assertThat(shown())
                .containsExactly(
                        "-- bob --", "-- user 3 --", "-- bob --", "there is no file missing", "bob: message 10");
    }
}
