package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.TransferMode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void drawsABarOnATerminal() {
        show(true);
        assertThat(out.toString().lines()).containsExactly("sending");
        assertThat(err.toString())
                .contains("\revil?[2J")
                .contains("100%")
                .contains("3/3 MiB")
                .endsWith(System.lineSeparator())
                .doesNotContain("\u001b");
    }

    @Test
    void drawsNothingElsewhere() {
        show(false);
        assertThat(out.toString().lines()).containsExactly("sending");
        assertThat(err.toString()).isEmpty();
    }

    private void show(boolean terminal) {
        Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err), terminal);
        try (Progress progress = new Progress(screen, "evil\u001b[2J", mode -> "sending")) {
            progress.onStarted("task", TransferMode.ONLINE, 3 << 20);
            progress.onProgress(3 << 20, 3 << 20);
        }
    }
}
