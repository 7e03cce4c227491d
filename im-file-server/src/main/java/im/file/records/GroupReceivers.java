package im.file.records;

import im.file.transfer.TaskId;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Who may download a file that was sent to a group. Members come and go, so the database is asked each time, by way of a msg-server.
 * Thread-safe.
 */
public final class GroupReceivers {
    private static final int ATTEMPTS = 2;

    private final Recorders recorders;
    private final Executor loop;

    /** @param loop where {@code recorders} are used */
    public GroupReceivers(Recorders recorders, Executor loop) {
        this.recorders = recorders;
        this.loop = loop;
    }

    /**
     * Whether the file waits for this user. Fails when nobody can say that now. Completes anywhere.
     *
     * @param user an unsigned 32-bit id
     */
    public CompletableFuture<Boolean> include(long user, TaskId file) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        loop.execute(() -> ask(user, file, ATTEMPTS, answer));
        return answer;
    }

    private void ask(long user, TaskId file, int attempts, CompletableFuture<Boolean> answer) {
        Optional<Recorder> recorder = recorders.pick(Optional.empty());
        if (recorder.isEmpty()) {
            answer.completeExceptionally(new IOException("no msg-server can say who is in the group"));
            return;
        }
        recorder.get()
                .waitsFor(file, user)
                .whenComplete((waits, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        recorders.succeeded(recorder.get());
                        answer.complete(waits);
                        return;
                    }
                    recorders.failed(recorder.get(), failure);
                    if (attempts > 1) {
                        ask(user, file, attempts - 1, answer);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                }));
    }
}
