package im.client.cli;

import im.client.ImClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes a client when the process is told to stop, so that transfers under way are cancelled on the wire, and lets the command
 * say so. Closing this closes the client, too.
 */
final class CtrlC {
    private static final int LAST_WORDS_SECONDS = 1;

    private final ImClient client;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "ctrl-c");

    CtrlC(ImClient client) {
        this.client = client;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stop() {
        client.close();
        try {
            over.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command is through. */
    void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process stops already, and the hook does what follows.
            return;
        }
        client.close();
    }
}
