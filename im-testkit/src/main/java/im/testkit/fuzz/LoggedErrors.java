package im.testkit.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * What anybody in this JVM logged at ERROR while this was open, and what a database did not take because it does not fit its column, which
 * should have been refused before: a bug of ours, whatever the input was. Thread-safe.
 */
public final class LoggedErrors implements AutoCloseable {
    /** How the driver begins to say that. */
    private static final String DOES_NOT_FIT = "Data truncation";

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.ERROR || event.getFormattedMessage().contains(DOES_NOT_FIT)) {
                errors.add(event.getFormattedMessage() + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    public LoggedErrors() {
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
    }

    /** @throws AssertionError with the first of them */
    public void failIfAny() {
        if (!errors.isEmpty()) {
            throw new AssertionError(errors.size() + " errors were logged, first of all: " + errors.peek());
        }
    }

    @Override
    public void close() {
        root.detachAppender(appender);
    }
}
