package im.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One file on its way, in either direction. Any thread may use it. */
public interface Transfer {
    /**
     * How it ended: completes when the file is safely where it belongs and everybody was told, or fails with a
     * {@link TransferException}. It completes on the client's event loop.
     */
    CompletableFuture<TransferResult> result();

    /** Names the transfer; empty until the server has given an outgoing file its task. An upload that goes on has another. */
    Optional<String> taskId();

    /**
     * Gives up for good. The other side is told, as far as there is one to tell; a download that is given up only ends its
     * connection, and its file stays on the server. What was to be continued later, by {@link ImClient#close}, is not cancelled:
     * what this side has of a download is deleted, and a file-server may throw away what it has of an upload. The result fails with {@link TransferException.Reason#CANCELLED} soon after, unless the
     * transfer was over already.
     */
    void cancel();
}
