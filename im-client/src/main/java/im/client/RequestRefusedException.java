package im.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The servers understood a request and did not do it. */
public final class RequestRefusedException extends IOException {
    public RequestRefusedException(String what) {
        super("the server refused " + what);
    }

    /** For answers whose {@code result_code} is 0 when it was done. */
    static CompletableFuture<Void> unlessDone(int resultCode, String what) {
        return resultCode == 0
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new RequestRefusedException(what));
    }
}
