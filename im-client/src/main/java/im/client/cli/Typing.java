package im.client.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where a person, or a script, types lines while others are shown. {@link #next} is for one thread, the rest for any. */
interface Typing extends AutoCloseable {
    /**
     * Waits for a line.
     *
     * @param prompt shown before it where somebody sits
     * @return empty at the end
     * @throws IOException when there may be more that cannot be read
     */
    Optional<String> next(String prompt) throws IOException;

    /** True when somebody sees what is shown before typing the next line, and not a script. */
    boolean isByPerson();

    /** Completes when Ctrl-C was typed. */
    CompletableFuture<Void> interrupted();

    /** Shows a line without tearing the one that is being typed. Whatever could drive a terminal is replaced. */
    void show(String line);

    @Override
    void close() throws IOException;
}
