package im.file.records;

import static im.file.records.StoredFiles.ids;
import static org.assertj.core.api.Assertions.assertThat;

import im.file.records.Recorder.Answer;
import im.file.records.Recorder.Ended;
import im.file.transfer.CommittedFile;
import im.file.transfer.ManualClock;
import im.file.transfer.TaskId;
import im.netlib.Backoff;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JanitorTest {
    private static final Duration EVERY = Duration.ofMinutes(10);
    /** In which a round begins, whatever the chance says. */
    private static final Duration REST = Duration.ofMinutes(15);

    private static final int PAGE = 100;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock();
    private final ScriptedRecorder recorder = new ScriptedRecorder();
    private Instant now = Instant.now();
    private StoredFiles files;
    private Outbox outbox;

    @BeforeEach
    void open() throws Exception {
        files = new StoredFiles(folder);
        Random random = new Random(1);
        Recorders recorders = new Recorders(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5)), clock, random);
        outbox = new Outbox(files.store, recorders, clock, files.loop::add, new SimpleMeterRegistry());
        new Janitor(files.store, recorders, outbox, EVERY, () -> now, clock, files.loop::add, random).start();
        files.rest();
    }

    @AfterEach
    void close() throws Exception {
        files.close();
    }

    private void joined() {
        outbox.joined(recorder);
        files.rest();
    }

    private void nextRound() throws Exception {
        files.until(() -> !clock.isIdle());
        clock.advance(REST);
    }

    /** A round begins, and this is what it asks for first. */
    private List<TaskId> asked() throws Exception {
        int before = recorder.asked.size();
        nextRound();
        files.until(() -> recorder.asked.size() > before);
        return recorder.asked.get(before);
    }

    private void answer(Set<TaskId> gone, Set<TaskId> unknown) {
        recorder.askedAnswers.get(recorder.askedAnswers.size() - 1).complete(new Ended(gone, unknown));
    }

    @Test
    void deletesWhatIsGoneAnnouncesWhatIsUnknownAndLeavesTheRestAlone() throws Exception {
        joined();
        List<CommittedFile> all = files.recorded(3);
        TaskId gone = all.get(0).task().id();
        TaskId unknown = all.get(1).task().id();
        TaskId waiting = all.get(2).task().id();
        assertThat(asked()).containsExactly(gone, unknown, waiting);
        answer(Set.of(gone), Set.of(unknown));
        files.until(() -> recorder.stored.equals(List.of(unknown)));
        assertThat(asked()).as("the unknown one is under way").containsExactly(waiting);
        assertThat(files.all()).containsExactly(unknown, waiting);
        recorder.answer(Answer.RECORDED);
        answer(Set.of(), Set.of());
        files.until(() -> !outbox.knows(unknown));
        assertThat(asked()).containsExactly(unknown, waiting);
    }

    @Test
    void deletesWhatHasExpiredOnceTheDatabaseKnows() throws Exception {
        joined();
        TaskId expired = files.recorded().task().id();
        now = now.plus(Duration.ofDays(31));
        nextRound();
        files.until(() -> recorder.expired.equals(List.of(expired)));
        assertThat(files.all()).containsExactly(expired);
        recorder.expiredAnswers.get(0).completeExceptionally(new AssertionError("not now"));
        files.rest();
        assertThat(files.all()).containsExactly(expired);

        nextRound();
        files.until(() -> recorder.expired.equals(List.of(expired, expired)));
        recorder.expiredAnswers.get(1).complete(null);
        files.until(() -> files.all().isEmpty());
        assertThat(recorder.asked).isEmpty();
    }

    @Test
    void whatHasExpiredBeforeItWasRecordedIsRecordedFirst() throws Exception {
        joined();
        CommittedFile file = files.commit();
        outbox.preferring(recorder).record(file);
        files.rest();
        now = now.plus(Duration.ofDays(31));
        nextRound();
        files.until(() -> !clock.isIdle());
        assertThat(recorder.expired).isEmpty();
        recorder.answer(Answer.RECORDED);
        files.until(() -> !outbox.knows(file.task().id()));
        nextRound();
        files.until(() -> recorder.expired.equals(List.of(file.task().id())));
    }

    @Test
    void deletesNothingWithoutAnAnswer() throws Exception {
        joined();
        TaskId file = files.recorded().task().id();
        asked();
        recorder.askedAnswers.get(0).completeExceptionally(new AssertionError("no database"));
        files.rest();
        assertThat(asked()).containsExactly(file);
        assertThat(files.all()).containsExactly(file);
    }

    @Test
    void deletesNothingThatItHasNotAskedAbout() throws Exception {
        joined();
        TaskId asked = files.recorded().task().id();
        asked();
        TaskId later = files.recorded().task().id();
        answer(Set.of(asked, later), Set.of());
        files.until(() -> files.all().equals(List.of(later)));
        asked();
        assertThat(files.all()).containsExactly(later);
    }

    @Test
    void asksNothingAboutWhatIsBeingRecorded() throws Exception {
        joined();
        CommittedFile unrecorded = files.commit();
        outbox.preferring(recorder).record(unrecorded);
        TaskId recorded = files.recorded().task().id();
        assertThat(asked()).containsExactly(recorded);
    }

    @Test
    void findsMarksThatOthersHaveLeft() throws Exception {
        joined();
        files.rest();
        TaskId left = files.commit().task().id();
        nextRound();
        files.until(() -> recorder.stored.contains(left));
    }

    @Test
    void waitsForSomebodyToAsk() throws Exception {
        TaskId file = files.recorded().task().id();
        nextRound();
        files.until(() -> !clock.isIdle());
        joined();
        assertThat(asked()).containsExactly(file);
    }

    @Test
    void goesOnAfterAFailureWhereItWas() throws Exception {
        joined();
        List<TaskId> all = ids(files.recorded(PAGE + 5));
        assertThat(asked()).isEqualTo(all.subList(0, PAGE));
        answer(Set.of(), Set.of());
        files.until(() -> recorder.asked.size() == 2);
        assertThat(recorder.asked.get(1)).isEqualTo(all.subList(PAGE, PAGE + 5));
        recorder.askedAnswers.get(1).completeExceptionally(new AssertionError("no database"));
        files.rest();
        assertThat(asked()).isEqualTo(all.subList(PAGE, PAGE + 5));
        answer(Set.of(), Set.of());
        files.rest();
        assertThat(asked()).isEqualTo(all.subList(0, PAGE));
    }
}
