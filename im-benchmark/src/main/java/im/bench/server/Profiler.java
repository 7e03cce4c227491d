package im.bench.server;

import java.io.IOException;
import java.nio.file.Path;
import one.profiler.AsyncProfiler;

/**
 * Looks at this process, by its processor time, and so at what happens below Java too. It needs no rights: what goes on within the
 * kernel counts for the system call.
 */
final class Profiler {
    private static final String EVERY = "1ms";

    private Profiler() {}

    static void start() throws IOException {
        run("start,event=ctimer,threads,interval=" + EVERY);
    }

    /** @param file gets a line for each stack: the thread, its frames from the outermost on, and how often it was seen */
    static void stop(Path file) throws IOException {
        run("stop,collapsed,threads,file=" + file);
    }

    private static void run(String command) throws IOException {
        try {
            AsyncProfiler.getInstance().execute(command);
        } catch (IllegalStateException | IllegalArgumentException | LinkageError e) {
            throw new IOException("no profile on this system: " + e.getMessage(), e);
        }
    }
}
