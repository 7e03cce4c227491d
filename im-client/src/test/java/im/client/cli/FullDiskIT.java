package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.Conversation;
import im.client.ScriptedBackend;
import im.client.ScriptedMessages;
import im.proto.Commands;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A command whose output goes to where there is no room. */
@EnabledOnOs(OS.LINUX)
class FullDiskIT {
    @TempDir
    private Path folder;

    private final PrintStream systemOut = System.out;

    @AfterEach
    void stop() {
        System.setOut(systemOut);
    }

    @Test
    void whatCouldNotBeWrittenIsAFailure() throws Exception {
        try (CommandRun run = new CommandRun(folder);
                PrintStream full = new PrintStream(new FileOutputStream("/dev/full"))) {
            System.setOut(full);
            run.startWithStandardOutput("history", "--with", "bob");
            try (Conversation msg = ScriptedBackend.acceptLogin(run.msgServer)) {
                ScriptedBackend.answerUsers(msg);
                ScriptedMessages.answerPage(msg, List.of(ScriptedMessages.stored(1, ScriptedBackend.BOB, 60)));
                msg.expect(Commands.LOGIN_REQ_LOGINOUT);
            }
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("cannot write to standard output");
        }
    }
}
