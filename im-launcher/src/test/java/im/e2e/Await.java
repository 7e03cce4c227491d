package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.Transfer;
import im.client.TransferException;
import im.client.TransferResult;
import im.testkit.Eventually;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Bounded waits for what clients do. */
final class Await {
    private Await() {}

    static <T> T result(CompletableFuture<T> future) throws Exception {
        return future.get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static TransferResult result(Transfer transfer) throws Exception {
        return result(transfer.result());
    }

    /** Why the transfer failed, as it has to. */
    static TransferException failure(Transfer transfer) throws Exception {
        try {
            throw new AssertionError("succeeded: " + result(transfer));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(TransferException.class);
            return (TransferException) e.getCause();
        }
    }
}
