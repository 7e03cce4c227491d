package im.file.records;

import im.file.transfer.CommittedFile;
import im.file.transfer.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A msg-server that answers when a test says so. */
final class ScriptedRecorder implements Recorder {
    final List<TaskId> stored = new ArrayList<>();
    final List<CompletableFuture<Answer>> storedAnswers = new ArrayList<>();
    final List<TaskId> expired = new ArrayList<>();
    final List<CompletableFuture<Void>> expiredAnswers = new ArrayList<>();
    final List<List<TaskId>> asked = new ArrayList<>();
    final List<CompletableFuture<Ended>> askedAnswers = new ArrayList<>();
    final List<CompletableFuture<Boolean>> waitsAnswers = new ArrayList<>();

    @Override
    public CompletableFuture<Answer> stored(CommittedFile file) {
        stored.add(file.task().id());
        return added(storedAnswers);
    }

    @Override
    public CompletableFuture<Void> expired(CommittedFile file) {
        expired.add(file.task().id());
        return added(expiredAnswers);
    }

    @Override
    public CompletableFuture<Ended> endedAmong(List<TaskId> tasks) {
        asked.add(tasks);
        return added(askedAnswers);
    }

    @Override
    public CompletableFuture<Boolean> waitsFor(TaskId file, long user) {
        return added(waitsAnswers);
    }

    private static <T> CompletableFuture<T> added(List<CompletableFuture<T>> answers) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    /** Answers what was announced last. */
    void answer(Answer answer) {
        storedAnswers.get(storedAnswers.size() - 1).complete(answer);
    }

    /** Answers what was announced last. */
    void fail() {
        storedAnswers.get(storedAnswers.size() - 1).completeExceptionally(new AssertionError("not now"));
    }
}
