package im.db.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.db.domain.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StripesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int QUEUE = 3;

    private final FakeTicker ticker = new FakeTicker();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private Stripes stripes = stripes(1, Duration.ofSeconds(10));

    private Stripes stripes(int count, Duration closeTimeout) {
        return new Stripes("test", count, QUEUE, PATIENCE, closeTimeout, ticker);
    }

    @AfterEach
    void close() {
        busy.countDown();
        stripes.close();
    }

    /** Keeps a stripe busy until {@link #busy} is let go. */
    private CompletableFuture<String> occupy(Object key) throws InterruptedException {
        CompletableFuture<String> occupied = stripes.submit(key, () -> {
            begun.countDown();
            busy.await();
            return "done";
        });
        begun.await();
        return occupied;
    }

    @Test
    void keepsTheOrderOfWhatHasTheSameKey() throws Exception {
        stripes.close();
        stripes = new Stripes("test", 4, 1000, PATIENCE, Duration.ofSeconds(10), ticker);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            int number = i;
            all.add(stripes.submit("alice", () -> order.add(number)));
        }
        for (CompletableFuture<Boolean> one : all) {
            assertThat(one.get()).isTrue();
        }
        assertThat(order).hasSize(500).isSorted();
    }

    @Test
    void refusesAtOnceWhenAStripeIsFullAndNeverBlocks() throws Exception {
        CompletableFuture<String> running = occupy("alice");
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < QUEUE; i++) {
            waiting.add(stripes.submit("alice", () -> "later"));
        }
        CompletableFuture<String> refused = stripes.submit("alice", () -> "never");
        assertThat(refused).isCompletedExceptionally();
        assertThatThrownBy(refused::get).hasCauseInstanceOf(RejectedExecutionException.class);
        busy.countDown();
        assertThat(running.get()).isEqualTo("done");
        for (CompletableFuture<String> one : waiting) {
            assertThat(one.get()).isEqualTo("later");
        }
    }

    @Test
    void worksOnOthersWhileOneStripeIsBusy() throws Exception {
        stripes.close();
        stripes = stripes(2, Duration.ofSeconds(10));
        CompletableFuture<String> running = occupy(1);
        assertThat(stripes.submit(2, () -> "other").get()).isEqualTo("other");
        assertThat(running).isNotDone();
    }

    @Test
    void doesNotBeginWhatHasWaitedTooLong() throws Exception {
        occupy("alice");
        CompletableFuture<String> late = stripes.submit("alice", () -> "too late");
        ticker.advance(PATIENCE.plusMillis(1));
        CompletableFuture<String> fresh = stripes.submit("alice", () -> "in time");
        busy.countDown();
        assertThatThrownBy(late::get).hasCauseInstanceOf(TimeoutException.class);
        assertThat(fresh.get()).isEqualTo("in time");
    }

    @Test
    void handsOnWhatTheWorkThrows() {
        CompletableFuture<String> failing = stripes.submit("alice", () -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(failing::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("broken");
    }

    @Test
    void finishesWhatItAcceptedWhenClosed() throws Exception {
        CompletableFuture<String> running = occupy("alice");
        CompletableFuture<String> waiting = stripes.submit("alice", () -> "finished");
        CompletableFuture<Void> closing = CompletableFuture.runAsync(stripes::close);
        busy.countDown();
        closing.get(10, TimeUnit.SECONDS);
        assertThat(running).isCompletedWithValue("done");
        assertThat(waiting).isCompletedWithValue("finished");
    }

    @Test
    void failsWhatCannotBeFinishedInTimeWhenClosed() throws Exception {
        stripes.close();
        stripes = stripes(1, Duration.ofMillis(1));
        CompletableFuture<String> running = occupy("alice");
        CompletableFuture<String> waiting = stripes.submit("alice", () -> "never");
        stripes.close();
        assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void refusesEverythingOnceClosed() {
        stripes.close();
        assertThatThrownBy(() -> stripes.submit("alice", () -> "never").get())
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }
}
