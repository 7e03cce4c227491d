package im.msg.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A database that answers when a test says so. */
final class ScriptedOfflineFiles implements OfflineFiles {
    final List<String> asked = new ArrayList<>();
    final List<CompletableFuture<Void>> answers = new ArrayList<>();
    List<OfflineFile> waiting = List.of();
    OfflineFile added;

    @Override
    public CompletableFuture<Void> add(OfflineFile file) {
        added = file;
        return ask("add " + file.task());
    }

    @Override
    public CompletableFuture<Void> delete(TaskId task, UserId from, UserId to) {
        return ask("delete " + task + " of " + to);
    }

    private CompletableFuture<Void> ask(String what) {
        asked.add(what);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    /** Answers the latest request. */
    void succeed() {
        answers.get(answers.size() - 1).complete(null);
    }

    /** Answers the latest request. */
    void fail(Exception failure) {
        answers.get(answers.size() - 1).completeExceptionally(failure);
    }

    @Override
    public CompletableFuture<List<OfflineFile>> waitingFor(UserId user) {
        return CompletableFuture.completedFuture(waiting);
    }
}
