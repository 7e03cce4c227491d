package im.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private final Queue<Runnable> worker = new ArrayDeque<>();
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<List<Long>> worked = new ArrayList<>();
    private final List<List<Long>> done = new ArrayList<>();
    private final List<Exception> failures = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private boolean breaks;
    private boolean loopIsGone;
    private final Batches batches = new Batches(
            worker::add,
            this::onLoop,
            batch -> {
                if (breaks) {
                    throw new IOException("no space");
                }
                assertThat(batch).allMatch(piece -> piece.refCnt() == 1);
                worked.add(offsets(batch));
            },
            batch -> done.add(offsets(batch)),
            failures::add);

    private static List<Long> offsets(List<Piece> batch) {
        return batch.stream().map(Piece::offset).toList();
    }

    private void onLoop(Runnable task) {
        if (loopIsGone) {
            throw new RejectedExecutionException();
        }
        loop.add(task);
    }

    private void add(long... offsets) {
        for (long offset : offsets) {
            Piece piece = new Piece(offset, Unpooled.buffer().writeLong(offset));
            pieces.add(piece);
            batches.add(piece);
        }
    }

    private static void runAll(Queue<Runnable> queue) {
        while (!queue.isEmpty()) {
            queue.remove().run();
        }
    }

    @Test
    void whatHasComeMeanwhileIsOneStep() {
        add(1, 2, 3);
        assertThat(worker).hasSize(1);

        runAll(worker);

        assertThat(worked).containsExactly(List.of(1L, 2L, 3L));
        assertThat(done).as("not on the worker").isEmpty();
        assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
        runAll(loop);
        assertThat(done).containsExactly(List.of(1L, 2L, 3L));
    }

    @Test
    void muchOfItIsToldInBetweenAndBeforeWhatTheWorkerIsGivenNext() {
        add(1, 2, 3, 4, 5, 6);
        worker.add(() -> worked.add(List.of(99L)));

        runAll(worker);
        runAll(loop);

        assertThat(worked).containsExactly(List.of(1L, 2L, 3L, 4L), List.of(5L, 6L), List.of(99L));
        assertThat(done).containsExactly(List.of(1L, 2L, 3L, 4L), List.of(5L, 6L));
    }

    @Test
    void whatComesAfterwardsIsTheNextStep() {
        add(1);
        runAll(worker);
        add(2);
        runAll(worker);

        assertThat(worked).containsExactly(List.of(1L), List.of(2L));
    }

    @Test
    void nothingIsKeptWhenTheLoopIsGone() {
        loopIsGone = true;
        add(1, 2, 3, 4, 5);

        runAll(worker);

        assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
    }

    @Test
    void afterAFailureNothingIsDoneAndNothingIsKept() {
        breaks = true;
        add(1, 2, 3, 4, 5);
        runAll(worker);
        breaks = false;
        add(6);
        runAll(worker);
        runAll(loop);

        assertThat(failures).hasSize(1);
        assertThat(worked).isEmpty();
        assertThat(done).isEmpty();
        assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
    }
}
