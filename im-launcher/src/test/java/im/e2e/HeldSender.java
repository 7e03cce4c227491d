package im.e2e;

import im.client.TransferListener;
import java.util.concurrent.CompletableFuture;

/** Keeps a sender from going on after the first block: the client's only thread waits here, and does nothing else meanwhile. */
final class HeldSender implements TransferListener {
    private final CompletableFuture<Void> held = new CompletableFuture<>();
    private final CompletableFuture<Void> letGo = new CompletableFuture<>();

    @Override
    public void onProgress(long done, long total) {
        if (held.complete(null)) {
            letGo.join();
        }
    }

    /** Waits until some of the file is sent and the rest is not. */
    void awaitHeld() throws Exception {
        Await.result(held);
    }

    void letGo() {
        letGo.complete(null);
    }
}
