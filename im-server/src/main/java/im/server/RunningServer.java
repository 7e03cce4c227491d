package im.server;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A server that {@link ServerCommand} has started. Closing it ends what is under way, in order, within a few seconds. */
public interface RunningServer extends AutoCloseable {
    /**
     * Takes on nothing new from now on.
     *
     * @return completes when nothing is under way any more, or has been given enough time; the server is closed then, or earlier when
     *     nobody wants to wait
     */
    default CompletableFuture<Void> drain() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    void close() throws IOException;
}
