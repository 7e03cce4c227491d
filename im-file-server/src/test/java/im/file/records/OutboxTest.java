package im.file.records;

import static im.file.records.StoredFiles.ids;
import static org.assertj.core.api.Assertions.assertThat;

import im.file.records.Recorder.Answer;
import im.file.transfer.CommittedFile;
import im.file.transfer.ManualClock;
import im.file.transfer.TaskId;
import im.netlib.Backoff;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
    private static final Duration CAP = Duration.ofSeconds(5);
    private static final int MAX_IN_FLIGHT = 64;

    @TempDir
    Path folder;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ManualClock clock = new ManualClock();
    private final ScriptedRecorder one = new ScriptedRecorder();
    private final ScriptedRecorder two = new ScriptedRecorder();
    private StoredFiles files;
    private Recorders recorders;
    private Outbox outbox;

    @BeforeEach
    void open() throws Exception {
        files = new StoredFiles(folder);
        outbox = start();
    }

    private double waiting() {
        return meters.get("im.records.waiting").gauge().value();
    }

    private double counted(String result) {
        return meters.get("im.records").tag("result", result).counter().count();
    }

    private Outbox start() {
        recorders = new Recorders(new Backoff(Duration.ofMillis(100), CAP), clock, new Random(1));
        return new Outbox(files.store, recorders, clock, files.loop::add, meters);
    }

    @AfterEach
    void close() throws Exception {
        files.close();
    }

    private void joined(Recorder recorder) {
        outbox.joined(recorder);
        files.rest();
    }

    private CompletableFuture<Void> record(CommittedFile file) {
        CompletableFuture<Void> recorded = outbox.preferring(one).record(file);
        files.rest();
        return recorded;
    }

    @Test
    void recordsByWayOfWhoIsPreferredAndThenTakesTheMarkAway() throws Exception {
        joined(two);
        joined(one);
        for (int i = 0; i < 10; i++) {
            CommittedFile file = files.commit();
            CompletableFuture<Void> recorded = record(file);
            assertThat(one.stored).hasSize(i + 1).endsWith(file.task().id());
            assertThat(recorded).isNotDone();
            one.answer(Answer.RECORDED);
            files.rest();
            assertThat(recorded).isCompleted();
            files.until(() -> !outbox.knows(file.task().id()));
        }
        assertThat(two.stored).isEmpty();
        assertThat(files.unrecorded()).isEmpty();
    }

    @Test
    void whatWasFetchedAlreadyIsRecordedToo() throws Exception {
        joined(one);
        CompletableFuture<Void> recorded = record(files.commit());
        one.answer(Answer.GONE);
        files.rest();
        assertThat(recorded).isCompleted();
    }

    @Test
    void asksAnotherOneAtOnceWhenOneCannot() throws Exception {
        joined(one);
        joined(two);
        CompletableFuture<Void> recorded = record(files.commit());
        assertThat(waiting()).isOne();
        one.fail();
        files.rest();
        assertThat(two.stored).isEqualTo(one.stored);
        assertThat(counted("failed")).isOne();
        assertThat(waiting()).isOne();
        two.answer(Answer.RECORDED);
        files.rest();
        assertThat(recorded).isCompleted();
        assertThat(counted("recorded")).isOne();
        files.until(() -> waiting() == 0);
    }

    @Test
    void waitsForSomebodyToCome() throws Exception {
        joined(one);
        CompletableFuture<Void> recorded = record(files.commit());
        outbox.left(one);
        files.rest();
        one.fail();
        files.rest();
        clock.advance(CAP);
        assertThat(one.stored).hasSize(1);
        joined(two);
        assertThat(two.stored).isEqualTo(one.stored);
        two.answer(Answer.RECORDED);
        files.rest();
        assertThat(recorded).isCompleted();
    }

    @Test
    void asksWhoCannotLessAndLessOftenAndForOneFileOnly() throws Exception {
        joined(one);
        List<CompletableFuture<Void>> recorded = new ArrayList<>();
        for (CommittedFile file : files.commit(10)) {
            recorded.add(record(file));
        }
        assertThat(one.stored).hasSize(10);
        List.copyOf(one.storedAnswers).forEach(answer -> answer.completeExceptionally(new AssertionError("not now")));
        files.rest();
        for (int attempt = 11; attempt < 30; attempt++) {
            assertThat(one.stored).hasSize(attempt - 1);
            clock.advance(CAP.plusMillis(1));
            files.rest();
            assertThat(one.stored).hasSize(attempt);
            clock.advance(CAP);
            files.rest();
            one.fail();
            files.rest();
        }
        clock.advance(CAP.plusMillis(1));
        one.answer(Answer.RECORDED);
        files.rest();
        assertThat(one.stored).hasSize(30 + 9);
        List.copyOf(one.storedAnswers).forEach(answer -> answer.complete(Answer.RECORDED));
        files.rest();
        assertThat(recorded).allMatch(CompletableFuture::isDone);
    }

    private CompletableFuture<Boolean> asksForAGroup() {
        CompletableFuture<Boolean> answer =
                new GroupReceivers(recorders, files.loop::add).include(2, TaskId.random(new SecureRandom()));
        files.rest();
        return answer;
    }

    /** Only one msg-server is there, which is asked by somebody else whether it can again. */
    private CompletableFuture<Void> recordDuringATrialByAnother() throws Exception {
        joined(one);
        asksForAGroup();
        one.waitsAnswers.get(0).completeExceptionally(new AssertionError("not now"));
        files.rest();
        clock.advance(CAP);
        asksForAGroup();
        assertThat(one.waitsAnswers).hasSize(2);
        CompletableFuture<Void> recorded = record(files.commit());
        assertThat(one.stored).isEmpty();
        return recorded;
    }

    @Test
    void goesOnWhenATrialByAnotherSucceeds() throws Exception {
        CompletableFuture<Void> recorded = recordDuringATrialByAnother();
        one.waitsAnswers.get(1).complete(true);
        files.rest();
        assertThat(one.stored).hasSize(1);
        one.answer(Answer.RECORDED);
        files.rest();
        assertThat(recorded).isCompleted();
    }

    @Test
    void goesOnAfterTheRestThatFollowsATrialByAnother() throws Exception {
        recordDuringATrialByAnother();
        one.waitsAnswers.get(1).completeExceptionally(new AssertionError("not now"));
        files.rest();
        assertThat(one.stored).isEmpty();
        clock.advance(CAP.plusMillis(1));
        assertThat(one.stored).hasSize(1);
    }

    @Test
    void hasNoMoreUnderWayThanItMay() throws Exception {
        joined(one);
        files.commit(MAX_IN_FLIGHT + 1).forEach(this::record);
        assertThat(one.stored).hasSize(MAX_IN_FLIGHT);
        one.storedAnswers.get(0).complete(Answer.RECORDED);
        files.until(() -> one.stored.size() == MAX_IN_FLIGHT + 1);
    }

    @Test
    void announcesAfterARestartWhatWasNotRecordedBefore() throws Exception {
        List<TaskId> unrecorded = ids(files.commit(3));
        files.recorded();
        joined(one);
        files.until(() -> one.stored.size() == 3);
        assertThat(one.stored).isEqualTo(unrecorded);
        one.storedAnswers.forEach(answer -> answer.complete(Answer.RECORDED));
        files.until(() -> unrecorded.stream().noneMatch(outbox::knows));
        assertThat(files.unrecorded()).isEmpty();
    }

    @Test
    void announcesAnyNumberAfterARestart() throws Exception {
        List<TaskId> unrecorded = ids(files.commit(300));
        joined(one);
        for (int i = 0; i < unrecorded.size(); i++) {
            int answered = i;
            files.until(() -> one.stored.size() > answered);
            one.storedAnswers.get(i).complete(Answer.RECORDED);
        }
        assertThat(one.stored).containsExactlyInAnyOrderElementsOf(unrecorded);
    }

    @Test
    void whoComesWhenTheMarkWasReadAlreadyWaitsForTheSameAnswer() throws Exception {
        CommittedFile file = files.commit();
        joined(one);
        files.until(() -> one.stored.size() == 1);
        CompletableFuture<Void> recorded = record(file);
        one.answer(Answer.RECORDED);
        files.rest();
        assertThat(recorded).isCompleted();
        assertThat(one.stored).hasSize(1);
    }

    @Test
    void whatIsRecordedWhileTheMarksAreReadIsNotAnnouncedAgain() throws Exception {
        joined(one);
        CommittedFile file = files.commit();
        record(file);
        outbox.readStore();
        one.answer(Answer.RECORDED);
        files.until(() -> !outbox.knows(file.task().id()));
        CommittedFile another = files.commit();
        outbox.readStore();
        files.until(() -> outbox.knows(another.task().id()));
        assertThat(one.stored).containsExactly(file.task().id(), another.task().id());
    }

    @Test
    void whatCanNeverBeRecordedStaysAndIsNotAnnouncedAgainBeforeARestart() throws Exception {
        joined(one);
        CommittedFile file = files.commit();
        CompletableFuture<Void> recorded = record(file);
        one.answer(Answer.REFUSED);
        files.rest();
        assertThat(recorded).isCompletedExceptionally();
        CommittedFile another = files.commit();
        outbox.readStore();
        files.until(() -> outbox.knows(another.task().id()));
        outbox.offer(file);
        assertThat(one.stored).containsExactly(file.task().id(), another.task().id());
        assertThat(files.all()).contains(file.task().id());

        outbox = start();
        joined(two);
        files.until(() -> two.stored.contains(file.task().id()));
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsRecordedAllTheSame() throws Exception {
        CommittedFile file = files.commit();
        CompletableFuture<Void> recorded = record(file);
        recorded.cancel(false);
        files.rest();
        joined(one);
        files.until(() -> one.stored.equals(List.of(file.task().id())));
        one.answer(Answer.RECORDED);
        files.until(() -> !outbox.knows(file.task().id()));
        assertThat(files.unrecorded()).isEmpty();
    }

    @Test
    void whoLeavesWhileItIsUnderWayChangesNothing() throws Exception {
        joined(one);
        CommittedFile file = files.commit();
        CompletableFuture<Void> recorded = record(file);
        recorded.cancel(false);
        files.rest();
        one.fail();
        files.rest();
        clock.advance(CAP);
        files.until(() -> one.stored.size() == 2);
        one.answer(Answer.RECORDED);
        files.until(() -> !outbox.knows(file.task().id()));
        assertThat(files.unrecorded()).isEmpty();
    }

    @Test
    void whoComesBackWhileItIsUnderWayWaitsForTheSameAnswer() throws Exception {
        joined(one);
        CommittedFile file = files.commit();
        record(file).cancel(false);
        CompletableFuture<Void> again = record(file);
        assertThat(again).isNotDone();
        one.answer(Answer.RECORDED);
        files.rest();
        assertThat(again).isCompleted();
        assertThat(one.stored).hasSize(1);
    }

    @Test
    void whoComesBackWhileItIsUnderWayIsNotForgottenWhenThatFails() throws Exception {
        joined(one);
        CommittedFile file = files.commit();
        record(file).cancel(false);
        CompletableFuture<Void> again = record(file);
        joined(two);
        one.fail();
        files.rest();
        two.answer(Answer.RECORDED);
        files.rest();
        assertThat(again).isCompleted();
    }

    @Test
    void whoComesBackWhileTheMarkIsTakenAwayHearsThatItIsRecorded() throws Exception {
        joined(one);
        CommittedFile file = files.commit();
        record(file).cancel(false);
        one.answer(Answer.RECORDED);
        CompletableFuture<Void> again = record(file);
        assertThat(again).isCompleted();
        assertThat(one.stored).hasSize(1);
    }

    @Test
    void oneWhoLeavesTakesNothingFromAnotherWhoWaits() throws Exception {
        CommittedFile file = files.commit();
        CompletableFuture<Void> first = record(file);
        CompletableFuture<Void> second = record(file);
        first.cancel(false);
        joined(one);
        one.answer(Answer.RECORDED);
        files.rest();
        assertThat(second).isCompleted();
    }
}
