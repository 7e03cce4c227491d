package im.msg.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A database that answers when a test says so. */
class ScriptedOfflineFiles implements OfflineFiles {
    final List<String> asked = new ArrayList<>();
    final List<CompletableFuture<Fate>> answers = new ArrayList<>();
    List<OfflineFile> waiting = List.of();
    OfflineFile added;
    private Fate fate;

    @Override
    public CompletableFuture<Fate> add(OfflineFile file) {
        added = file;
        return ask("add " + file.task(), Fate.WAITS);
    }

    @Override
    public CompletableFuture<Fate> delete(TaskId task, UserId from, UserId to) {
        return ask("delete " + task + " of " + to, Fate.GONE);
    }

    private CompletableFuture<Fate> ask(String what, Fate wanted) {
        asked.add(what);
        fate = wanted;
        CompletableFuture<Fate> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    /** Answers the latest request. */
    void succeed() {
        succeed(fate);
    }

    /** Answers the latest request. */
    void succeed(Fate answer) {
        answers.get(answers.size() - 1).complete(answer);
    }

    /** Answers the latest request. */
    void fail(Exception failure) {
        answers.get(answers.size() - 1).completeExceptionally(failure);
    }

    @Override
    public CompletableFuture<List<OfflineFile>> waitingFor(UserId user) {
        return CompletableFuture.completedFuture(waiting);
    }

    @Override
    public CompletableFuture<Boolean> waitsFor(TaskId task, UserId user) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Ended> endedAmong(List<TaskId> tasks) {
        throw new UnsupportedOperationException();
    }
}
