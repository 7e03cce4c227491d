package im.bench.run;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** A folder for everything that a run leaves behind, and what runs in it. Closing stops the ones, last first, and deletes the other. */
public final class Workplace implements AutoCloseable {
    private final Path folder;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    private Workplace(Path folder) {
        this.folder = folder;
    }

    /** @param parent empty means the folder for temporary files */
    public static Workplace create(Optional<Path> parent) throws IOException {
        Workplace workplace = new Workplace(
                parent.isPresent()
                        ? Files.createTempDirectory(parent.get(), "im-bench-")
                        : Files.createTempDirectory("im-bench-"));
        Runtime.getRuntime().addShutdownHook(new Thread(workplace::cleanUp, "clean up"));
        return workplace;
    }

    /** After Ctrl-C; when everything went its way there is nothing left to do. */
    private void cleanUp() {
        try {
            close();
        } catch (IOException e) {
            System.err.println(folder + " stays: " + e.getMessage());
        }
    }

    public Path folder() {
        return folder;
    }

    public synchronized <T extends AutoCloseable> T running(T started) {
        running.push(started);
        return started;
    }

    @Override
    public synchronized void close() throws IOException {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                System.err.println("did not stop in order: " + e.getMessage());
            }
        }
        if (Files.exists(folder)) {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }
}
