package im.msg.http;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What other systems can ask for. Must not block. */
interface Query {
    /**
     * Does it, and answers besides the error code. Fails with {@link QueryRefused} when it is refused; after any other failure nobody knows
     * whether it was done.
     */
    CompletableFuture<Map<String, Object>> run(QueryFields fields) throws BadQuery;
}
