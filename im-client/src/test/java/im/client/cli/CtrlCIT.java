package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.Conversation;
import im.client.ScriptedBackend;
import im.client.ScriptedServer;
import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.base.ClientFileState;
import im.proto.base.TransferFileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a process of its own that is told to stop. */
class CtrlCIT {
    private static final int STOPPED_BY_SIGTERM = 143;

    @TempDir
    private Path folder;

    @Test
    void stoppingTheProcessCancelsOnTheWire() throws Exception {
        stopInTheMiddle(
                TransferFileType.FILE_TYPE_ONLINE,
                task -> assertThat(task.expect(Commands.FILE_STATE).getState())
                        .isEqualTo(ClientFileState.CLIENT_FILE_CANCEL),
                "not sent: a.txt: cancelled");
    }

    @Test
    void stoppingTheProcessCancelsNoUploadThatCanGoOn() throws Exception {
        stopInTheMiddle(
                TransferFileType.FILE_TYPE_OFFLINE,
                task -> {},
                "not sent: a.txt: stopped. Try again: it goes on where it stopped.");
    }

    private interface Expectation {
        void of(Conversation task) throws IOException;
    }

    private void stopInTheMiddle(TransferFileType mode, Expectation expected, String words) throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "abc");
        try (ScriptedServer msgServer = ScriptedServer.start();
                ScriptedServer fileServer = ScriptedServer.start()) {
            Process process = ImProcess.start(msgServer, Map.of(), "send", "--to", "2", file.toString());
            try {
                stopInTheMiddle(process, msgServer, fileServer, mode, expected);
                assertThat(process.errorReader().readLine()).isEqualTo(words);
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(STOPPED_BY_SIGTERM);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void stopInTheMiddle(
            Process process,
            ScriptedServer msgServer,
            ScriptedServer fileServer,
            TransferFileType mode,
            Expectation expected)
            throws Exception {
        boolean online = mode == TransferFileType.FILE_TYPE_ONLINE;
        try (Conversation msg = ScriptedBackend.acceptLogin(msgServer, ScriptedBackend.ourWelcome())) {
            ScriptedBackend.answerUsers(msg);
            ScriptedBackend.respond(msg, msg.expectPdu(Commands.FILE_REQUEST), mode, fileServer);
            try (Conversation task = ScriptedBackend.acceptIntoTask(
                    fileServer,
                    online ? ClientFileRole.CLIENT_REALTIME_SENDER : ClientFileRole.CLIENT_OFFLINE_UPLOAD,
                    ScriptedBackend.OK)) {
                assertThat(process.inputReader().readLine()).startsWith("sending a.txt");
                // Not the process itself: that would close its output, too.
                process.toHandle().destroy();
                expected.of(task);
                task.expectClosed();
            }
            msg.expect(Commands.LOGIN_REQ_LOGINOUT);
        }
    }
}
