package im.e2e;

import im.client.ImClient;
import im.client.Transfer;
import im.client.TransferException;
import im.client.TransferListener;
import im.client.TransferMode;
import im.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A file on its way, and how far it is. */
final class SentFile implements TransferListener {
    private final Path path;
    private final int to;
    private final Transfer transfer;
    private final CompletableFuture<TransferMode> started = new CompletableFuture<>();
    private volatile boolean moved;
    private volatile boolean brokeOff;

    SentFile(ImClient from, int to, Path path) {
        this.path = path;
        this.to = to;
        this.transfer = from.send(path, to, this);
        // One that fails before it starts is not waited for.
        transfer.result()
                .whenComplete((result, failure) ->
                        started.completeExceptionally(new AssertionError("over before it began", failure)));
    }

    @Override
    public void onStarted(String taskId, TransferMode mode, long total) {
        started.complete(mode);
    }

    @Override
    public void onProgress(long done, long total) {
        moved = true;
    }

    @Override
    public void onRetry(TransferException why, Duration pause) {
        brokeOff = true;
    }

    Path path() {
        return path;
    }

    int to() {
        return to;
    }

    Transfer transfer() {
        return transfer;
    }

    /** Waits until it has a task. */
    TransferMode awaitStarted() throws Exception {
        return Await.result(started);
    }

    boolean isOver() {
        return transfer.result().isDone();
    }

    boolean isUnderWay() {
        return moved && !isOver();
    }

    /** Whether it broke off at least once, and went on by itself. */
    boolean brokeOff() {
        return brokeOff;
    }

    /** Of one that is over: whether it was not sent, for a reason that people can be told. */
    boolean failedClearly() {
        return transfer.result()
                .handle((result, failure) -> cause(failure) instanceof TransferException)
                .join();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    static void awaitOver(String what, Duration patience, List<SentFile> files) {
        Eventually.until(what, patience, () -> files.stream().allMatch(SentFile::isOver));
    }

    static long underWay(List<SentFile> files) {
        return files.stream().filter(SentFile::isUnderWay).count();
    }

    static long over(List<SentFile> files) {
        return files.stream().filter(SentFile::isOver).count();
    }
}
