package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.Conversation;
import im.client.ScriptedBackend;
import im.proto.Commands;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** {@code im chat --with bob} with its input in a pipe, logged in and told who there is, and nothing else yet. */
abstract class ChatConversation {
    @TempDir
    Path folder;

    private final InputStream systemIn = System.in;
    final PipedOutputStream input = new PipedOutputStream();
    /** Instead of its end there is an error. */
    volatile boolean inputBreaks;

    CommandRun run;
    Conversation msg;

    @BeforeEach
    void logIn() throws IOException {
        System.setIn(new FilterInputStream(new PipedInputStream(input)) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = super.read(bytes, offset, length);
                if (read < 0 && inputBreaks) {
                    throw new IOException("Input/output error");
                }
                return read;
            }
        });
        run = new CommandRun(folder);
        run.start("chat", "--with", "bob");
        msg = ScriptedBackend.acceptLogin(run.msgServer, ScriptedBackend.ourWelcome());
        ScriptedBackend.answerUsers(msg);
    }

    @AfterEach
    void stop() throws IOException {
        System.setIn(systemIn);
        run.close();
    }

    void type(String text) throws IOException {
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    void expectEnd(int exitCode) throws Exception {
        msg.expect(Commands.LOGIN_REQ_LOGINOUT);
        msg.close();
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    }

    /** What was shown, with the times of messages cut off. */
    List<String> shown() {
        return run.out().stream()
                .map(line -> line.replaceAll("\\b\\d\\d:\\d\\d ", ""))
                .toList();
    }
}
