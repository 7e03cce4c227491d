package im.client.cli;

import im.client.Printable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** A person at a terminal: the line being typed stays at the bottom, and what is shown appears above it. */
final class TerminalTyping implements Typing {
    private final Terminal terminal;
    private final LineReader reader;
    private final CompletableFuture<Void> interrupted = new CompletableFuture<>();

    /** @param terminal is closed with this */
    TerminalTyping(Terminal terminal) {
        this.terminal = terminal;
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                // What was typed is shown again, with its time, when it is stored.
                .option(LineReader.Option.ERASE_LINE_ON_FINISH, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .variable(LineReader.DISABLE_COMPLETION, true)
                .build();
    }

    @Override
    public Optional<String> next(String prompt) {
        try {
            return Optional.of(reader.readLine(Printable.of(prompt)));
        } catch (UserInterruptException e) {
            interrupted.complete(null);
            return Optional.empty();
        } catch (EndOfFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean isByPerson() {
        return true;
    }

    @Override
    public CompletableFuture<Void> interrupted() {
        return interrupted;
    }

    @Override
    public void show(String line) {
        reader.printAbove(Printable.of(line));
    }

    /** Gives the terminal back as it was. */
    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
