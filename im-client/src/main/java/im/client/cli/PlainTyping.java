package im.client.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Lines from a pipe, or from a terminal that can do nothing but print. */
final class PlainTyping implements Typing {
    private final BufferedReader input;
    private final Screen screen;

    PlainTyping(InputStream input, Charset charset, Screen screen) {
        this.input = new BufferedReader(new InputStreamReader(input, charset));
        this.screen = screen;
    }

    @Override
    public Optional<String> next(String prompt) throws IOException {
        return Optional.ofNullable(input.readLine());
    }

    @Override
    public boolean isByPerson() {
        return screen.isTerminal();
    }

    /** Never: Ctrl-C ends the process. */
    @Override
    public CompletableFuture<Void> interrupted() {
        return new CompletableFuture<>();
    }

    @Override
    public void show(String line) {
        screen.line(line);
    }

    /** Leaves the input as it is: a thread may be reading it still. */
    @Override
    public void close() {}
}
