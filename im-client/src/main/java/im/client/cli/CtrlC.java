package im.client.cli;

import im.client.ImClient;

/**
 * Closes a client when the process is told to stop, so that transfers under way are cancelled on the wire; closing this closes
 * the client, too.
 */
final class CtrlC {
    private final ImClient client;
    private final Thread hook;

    CtrlC(ImClient client) {
        this.client = client;
        this.hook = new Thread(client::close, "ctrl-c");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process stops already, and the hook does what follows.
            return;
        }
        client.close();
    }
}
