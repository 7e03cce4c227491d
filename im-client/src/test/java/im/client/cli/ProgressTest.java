package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.TransferException;
import im.client.TransferMode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
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

    @Test
    void saysThatItGoesOnAndHowFarItIs() {
        try (Progress progress = new Progress(screen(false), "a.txt", mode -> "sending " + mode)) {
            progress.onChecksum(0, 1 << 20);
            progress.onStarted("task", TransferMode.OFFLINE, 3 << 20);
            progress.onRetry(
                    new TransferException(TransferException.Reason.STALLED, "nothing moves\u001b"), Duration.ZERO);
            progress.onStarted("task", TransferMode.OFFLINE, 3 << 20);
            progress.onResumed(1 << 20, 3 << 20);
            progress.onProgress(2 << 20, 3 << 20);
        }
        assertThat(out.toString().lines())
                .containsExactly(
                        "sending OFFLINE",
                        "interrupted: nothing moves?; trying to go on",
                        "resuming at 1.0 MiB of 3.0 MiB");
    }

    @Test
    void saysThatALargeFileIsReadFirst() {
        try (Progress progress = new Progress(screen(false), "a.txt", mode -> "sending")) {
            progress.onChecksum(0, 1L << 30);
            progress.onChecksum(1 << 20, 1L << 30);
        }
        assertThat(out.toString().lines()).containsExactly("reading a.txt (1.0 GiB) for its checksum");
    }

    private Screen screen(boolean terminal) {
        return new Screen(new PrintWriter(out), new PrintWriter(err), terminal);
    }

    private void show(boolean terminal) {
        try (Progress progress = new Progress(screen(terminal), "evil\u001b[2J", mode -> "sending")) {
            progress.onStarted("task", TransferMode.ONLINE, 3 << 20);
            progress.onProgress(3 << 20, 3 << 20);
        }
    }
}
