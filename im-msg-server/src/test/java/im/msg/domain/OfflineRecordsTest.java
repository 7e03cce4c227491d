package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;

import im.msg.domain.OfflineFiles.Fate;
import im.netlib.Backoff;
import im.netlib.LinkLostException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class OfflineRecordsTest {
    private static final Duration RETRY_CAP = Duration.ofSeconds(1);
    private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(300);
    private static final UserId ALICE = new UserId(1);
    private static final UserId BOB = new UserId(2);

    private final ScriptedOfflineFiles files = new ScriptedOfflineFiles();
    private final PushedTimer timer = new PushedTimer();
    private final OfflineRecords records = new OfflineRecords(
            files,
            timer,
            new OfflineRecords.Patience(
                    new Backoff(Duration.ofMillis(100), RETRY_CAP), GIVE_UP_AFTER, 2, 3, CLOSE_TIMEOUT),
            new Random(1));

    private static OfflineFile file(String task) {
        return OfflineFile.of(new TaskId(task), ALICE, BOB, "f", 1);
    }

    @Test
    void isDoneOnceItIsRecorded() {
        CompletableFuture<Fate> done = records.add(file("t1"));
        assertThat(done).isNotDone();
        files.succeed();
        assertThat(done).isCompleted();
        assertThat(files.asked).containsExactly("add t1");
        assertThat(timer.isIdle()).isTrue();
    }

    @Test
    void survivesADatabaseThatIsAwayForAWhile() {
        CompletableFuture<Fate> done = records.add(file("t1"));
        for (int i = 0; i < 20; i++) {
            files.fail(new LinkLostException("away"));
            assertThat(files.asked).hasSize(i + 1);
            timer.push(RETRY_CAP.plusMillis(1));
        }
        assertThat(files.asked).hasSize(21);
        files.succeed();
        assertThat(done).isCompleted();
    }

    @Test
    void givesUpWhenItHasTakenTooLong() {
        CompletableFuture<Fate> done = records.add(file("t1"));
        while (!done.isDone()) {
            assertThat(timer.nanoTime()).isLessThanOrEqualTo(GIVE_UP_AFTER.toNanos());
            files.fail(new LinkLostException("away"));
            timer.push(RETRY_CAP);
        }
        assertThat(done).isCompletedExceptionally();
        assertThat(timer.isIdle()).isTrue();
    }

    @Test
    void givesUpThousandsOfOneTaskThatWaitForADatabaseThatIsAway() {
        int many = 20_000;
        OfflineFiles away = new ScriptedOfflineFiles() {
            @Override
            public CompletableFuture<Fate> delete(TaskId task, UserId from, UserId to) {
                return CompletableFuture.failedFuture(new LinkLostException("no db-proxy is ready"));
            }
        };
        OfflineRecords patient = new OfflineRecords(
                away,
                timer,
                new OfflineRecords.Patience(
                        new Backoff(Duration.ofMillis(100), RETRY_CAP), GIVE_UP_AFTER, 2, many, CLOSE_TIMEOUT),
                new Random(1));
        CompletableFuture<Fate> last = null;
        for (int i = 0; i < many; i++) {
            last = patient.delete(new TaskId("t1"), ALICE, BOB);
        }
        timer.push(GIVE_UP_AFTER.plus(RETRY_CAP));
        assertThat(last).isCompletedExceptionally();
    }

    @Test
    void repeatsWhatIsNotAnsweredOnlyAFewTimes() {
        CompletableFuture<Fate> done = records.add(file("t1"));
        for (int i = 0; i < 3; i++) {
            assertThat(done).isNotDone();
            files.fail(new TimeoutException());
            timer.push(RETRY_CAP);
        }
        assertThat(done).isCompletedExceptionally();
        assertThat(files.asked).containsExactly("add t1", "add t1", "add t1");
    }

    @Test
    void doesNotRepeatWhatIsRefused() {
        CompletableFuture<Fate> done = records.add(file("t1"));
        files.fail(new RecordRefused("never"));
        assertThat(done).isCompletedExceptionally();
        assertThat(timer.isIdle()).isTrue();
        assertThat(files.asked).containsExactly("add t1");
    }

    @Test
    void whatSomebodyElseRepeatsIsTriedOnce() {
        CompletableFuture<Fate> recorded = records.tryToAdd(file("t1"));
        CompletableFuture<Fate> deleted = records.tryToDelete(new TaskId("t1"), ALICE, BOB);
        files.fail(new LinkLostException("away"));
        assertThat(recorded).isCompletedExceptionally();
        files.succeed();
        assertThat(deleted).isCompletedWithValue(Fate.GONE);
        assertThat(timer.isIdle()).isTrue();
        assertThat(files.asked).containsExactly("add t1", "delete t1 of 2");
    }

    @Test
    void aDeletionDoesNotOvertakeTheRecord() {
        records.add(file("t1"));
        records.delete(new TaskId("t1"), ALICE, BOB);
        files.fail(new LinkLostException("away"));
        timer.push(RETRY_CAP);
        assertThat(files.asked).containsExactly("add t1", "add t1");
        files.succeed();
        assertThat(files.asked).containsExactly("add t1", "add t1", "delete t1 of 2");
    }

    @Test
    void aDeletionIsTriedEvenIfTheRecordWasGivenUp() {
        records.add(file("t1"));
        CompletableFuture<Fate> deleted = records.delete(new TaskId("t1"), ALICE, BOB);
        for (int i = 0; i < 3; i++) {
            files.fail(new TimeoutException());
            timer.push(RETRY_CAP);
        }
        files.succeed();
        assertThat(files.asked).last().isEqualTo("delete t1 of 2");
        assertThat(deleted).isCompleted();
    }

    @Test
    void oneTaskDoesNotWaitForAnother() {
        records.add(file("t1"));
        records.add(file("t2"));
        assertThat(files.asked).containsExactly("add t1", "add t2");
    }

    @Test
    void knowsWhatIsBeingDeleted() {
        records.add(file("t1"));
        records.delete(new TaskId("t2"), ALICE, BOB);
        assertThat(records.beingDeletedFor(BOB)).containsExactly(new TaskId("t2"));
        assertThat(records.beingDeletedFor(ALICE)).isEmpty();
        files.succeed();
        assertThat(records.beingDeletedFor(BOB)).isEmpty();
    }

    @Test
    void takesNoMoreThanItMayHold() {
        records.add(file("t1"));
        records.add(file("t2"));
        records.add(file("t3"));
        assertThat(records.add(file("t4"))).isCompletedExceptionally();
        files.succeed();
        assertThat(records.add(file("t5"))).isNotDone();
        assertThat(files.asked).last().isEqualTo("add t5");
    }

    @Test
    void triesNothingMoreOnceClosed() {
        records.add(file("t1"));
        files.fail(new LinkLostException("away"));
        records.close();
        assertThat(records.add(file("t2"))).isCompletedExceptionally();
        files.asked.clear();
        timer.push(GIVE_UP_AFTER);
        assertThat(files.asked).isEmpty();
    }

    @Test
    void waitsForWhatIsPendingWhenItCloses() throws Exception {
        CompletableFuture<Fate> done = records.add(file("t1"));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(records::close);
        files.succeed();
        closing.get(10, TimeUnit.SECONDS);
        assertThat(done).isCompleted();
        assertThat(files.asked).containsExactly("add t1");
    }
}
