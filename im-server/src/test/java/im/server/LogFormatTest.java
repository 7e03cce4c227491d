package im.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a line of a server's log looks like. */
class LogFormatTest {
    private static final String TASK = "55db807d-8122-4c38-b478-8bd5a1bcdde5";

    private final LoggerContext context = new LoggerContext();
    private Logger logger;

    @BeforeEach
    void configure() throws JoranException {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
        logger = context.getLogger(LogFormatTest.class);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private String line(Throwable failure, String message, Object... of) {
        ILoggingEvent event = new LoggingEvent("", logger, Level.WARN, message, failure, of);
        OutputStreamAppender<ILoggingEvent> console = (OutputStreamAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
        return new String(console.getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void anEventIsOneLineWhateverPeersSay() {
        assertThat(line(null, "{} came", "a\n2026-01-01 ERROR \u202Eb"))
                .endsWith("LogFormatTest - a?2026-01-01 ERROR ?b came" + System.lineSeparator());
    }

    @Test
    void nothingThatAPeerSaysDrivesATerminalOrTurnsTheTextAround() {
        String text = "a\u001b[2J\u009b31m\u0085\u2028\u202E\u2066\u200F\u061C\uFEFFb";
        assertThat(line(null, "{} came", text)).endsWith(" - a?[2J?31m???????b came" + System.lineSeparator());
        assertThat(line(new IllegalStateException(text), "a bug"))
                .contains("IllegalStateException: a?[2J?31m???????b" + System.lineSeparator() + "\tat ");
    }

    @Test
    void aNameInAnyLanguageStaysAsItIs() {
        assertThat(line(null, "{} came", "Grüße 文件 \ud83d\ude00 مرحبا"))
                .contains(" - Grüße 文件 \ud83d\ude00 مرحبا came");
    }

    @Test
    void ofATaskIdOnlyTheBeginningIsShownEvenInTextsOfOthers() {
        NoSuchFileException failure = new NoSuchFileException("/var/files/55/" + TASK + ".data");
        assertThat(line(null, "{}: cannot be read: {}", TASK, failure.toString()))
                .endsWith(" - 55db807d: cannot be read: java.nio.file.NoSuchFileException: /var/files/55/55db807d.data"
                        + System.lineSeparator());
        assertThat(line(failure, "cannot be read"))
                .contains("cannot be read" + System.lineSeparator())
                .contains("NoSuchFileException: /var/files/55/55db807d.data" + System.lineSeparator() + "\tat ")
                .doesNotContain(TASK)
                .containsOnlyOnce("ofATaskIdOnlyTheBeginningIsShown");
    }
}
