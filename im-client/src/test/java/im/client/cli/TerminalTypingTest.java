package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a terminal whose two ends are streams. */
class TerminalTypingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final byte CTRL_C = 3;
    private static final byte CTRL_D = 4;

    private final PipedOutputStream keyboard = new PipedOutputStream();
    private final ByteArrayOutputStream display = new ByteArrayOutputStream();
    private TerminalTyping typing;

    @BeforeEach
    void open() throws IOException {
        Terminal terminal = TerminalBuilder.builder()
                .system(false)
                .streams(new PipedInputStream(keyboard), display)
                .type("xterm")
                .encoding(StandardCharsets.UTF_8)
                .size(Size.of(80, 24))
                .build();
        typing = new TerminalTyping(terminal);
    }

    @AfterEach
    void close() throws IOException {
        typing.close();
    }

    private CompletableFuture<Optional<String>> next() {
        return next("bob> ");
    }

    private CompletableFuture<Optional<String>> next(String prompt) {
        return CompletableFuture.supplyAsync(() -> typing.next(prompt));
    }

    private static Optional<String> result(CompletableFuture<Optional<String>> line) throws Exception {
        return line.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void press(byte... keys) throws IOException {
        keyboard.write(keys);
        keyboard.flush();
    }

    private void type(String text) throws IOException {
        press(text.getBytes(StandardCharsets.UTF_8));
    }

    private void awaitDisplayed(String text) {
        Eventually.until(
                "the terminal shows " + text,
                () -> display.toString(StandardCharsets.UTF_8).contains(text));
    }

    @Test
    void whatIsShownDoesNotTearTheLineThatIsTyped() throws Exception {
        CompletableFuture<Optional<String>> line = next();
        type("hel");
        awaitDisplayed("bob> hel");
        typing.show("bob: hi\u001b[2J\u202e");
        awaitDisplayed("bob: hi?[2J?");
        type("lo!!\r");
        assertThat(result(line)).contains("hello!!");
    }

    @Test
    void aPersonEndsTheInputOrBreaksIt() throws Exception {
        CompletableFuture<Optional<String>> end = next();
        awaitDisplayed("bob> ");
        press(CTRL_D);
        assertThat(result(end)).isEmpty();
        assertThat(typing.interrupted()).isNotDone();
        CompletableFuture<Optional<String>> broken = next("again> ");
        awaitDisplayed("again> ");
        press(CTRL_C);
        assertThat(result(broken)).isEmpty();
        assertThat(typing.interrupted()).isCompleted();
    }
}
