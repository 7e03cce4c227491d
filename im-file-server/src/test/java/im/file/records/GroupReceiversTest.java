package im.file.records;

import static org.assertj.core.api.Assertions.assertThat;

import im.file.transfer.ManualClock;
import im.file.transfer.TaskId;
import im.netlib.Backoff;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GroupReceiversTest {
    private static final TaskId TASK = TaskId.random(new SecureRandom());
    private static final long BOB = 2;

    private final ScriptedRecorder one = new ScriptedRecorder();
    private final ScriptedRecorder two = new ScriptedRecorder();
    private final Recorders recorders =
            new Recorders(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5)), new ManualClock(), new Random(1));
    private final GroupReceivers receivers = new GroupReceivers(recorders, Runnable::run);

    private CompletableFuture<Boolean> ask() {
        return receivers.include(BOB, TASK);
    }

    private static void fail(ScriptedRecorder recorder) {
        recorder.waitsAnswers
                .get(recorder.waitsAnswers.size() - 1)
                .completeExceptionally(new AssertionError("not now"));
    }

    @Test
    void whatTheDatabaseSaysCounts() {
        recorders.add(one);
        CompletableFuture<Boolean> first = ask();
        CompletableFuture<Boolean> second = ask();
        assertThat(first).isNotDone();
        one.waitsAnswers.get(0).complete(true);
        one.waitsAnswers.get(1).complete(false);
        assertThat(first).isCompletedWithValue(true);
        assertThat(second).isCompletedWithValue(false);
    }

    @Test
    void anotherOneIsAskedWhenOneCannotSay() {
        recorders.add(one);
        CompletableFuture<Boolean> answer = ask();
        recorders.add(two);
        fail(one);
        assertThat(answer).isNotDone();
        two.waitsAnswers.get(0).complete(true);
        assertThat(answer).isCompletedWithValue(true);
    }

    @Test
    void nobodyIsLetInWhenNobodyCanSay() {
        assertThat(ask()).isCompletedExceptionally();
        recorders.add(one);
        CompletableFuture<Boolean> answer = ask();
        fail(one);
        assertThat(answer).isCompletedExceptionally();
    }
}
