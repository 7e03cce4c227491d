package im.db.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.db.domain.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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

    /** Says which requests it was given together; those that end in "!" it cannot meet with others. */
    private static final class Met implements Together<String, String> {
        @Override
        public String one(String request) {
            return request;
        }

        @Override
        public Optional<List<String>> several(List<String> requests) {
            String all = String.join("+", requests);
            return requests.stream().anyMatch(request -> request.endsWith("!"))
                    ? Optional.empty()
                    : Optional.of(requests.stream()
                            .map(request -> request + " of " + all)
                            .toList());
        }
    }

    private List<CompletableFuture<String>> waiting(Together<String, String> work, String... requests) {
        return Arrays.stream(requests)
                .map(request -> stripes.submit("alice", work, request))
                .toList();
    }

    private static List<String> all(List<CompletableFuture<String>> answers) {
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private void roomFor(int waiting) {
        stripes.close();
        stripes = new Stripes("test", 1, waiting, PATIENCE, Duration.ofSeconds(10), ticker);
    }

    @Test
    void meetsTogetherWhatWaitsRightBehindOneAnother() throws Exception {
        roomFor(10);
        Met met = new Met();
        occupy("alice");
        List<CompletableFuture<String>> first = waiting(met, "a", "b");
        CompletableFuture<String> between = stripes.submit("alice", () -> "between");
        List<CompletableFuture<String>> then = waiting(met, "c");
        List<CompletableFuture<String>> another = waiting(new Met(), "d", "e");
        busy.countDown();
        assertThat(all(first)).containsExactly("a of a+b", "b of a+b");
        assertThat(between.get()).isEqualTo("between");
        assertThat(all(then)).containsExactly("c");
        assertThat(all(another)).containsExactly("d of d+e", "e of d+e");
    }

    @Test
    void meetsEachByItselfWhatCannotBeMetTogether() throws Exception {
        roomFor(10);
        occupy("alice");
        List<CompletableFuture<String>> answers = waiting(new Met(), "a", "b!", "c");
        busy.countDown();
        assertThat(all(answers)).containsExactly("a", "b!", "c");
    }

    @Test
    void meetsOnlySoManyTogether() throws Exception {
        roomFor(Together.MOST + 1);
        occupy("alice");
        String[] requests = new String[Together.MOST + 1];
        Arrays.fill(requests, "x");
        List<CompletableFuture<String>> answers = waiting(new Met(), requests);
        busy.countDown();
        String most = "x of " + String.join("+", Collections.nCopies(Together.MOST, "x"));
        assertThat(all(answers.subList(0, Together.MOST))).containsOnly(most);
        assertThat(answers.get(Together.MOST).get()).isEqualTo("x");
    }

    @Test
    void leavesOutWhatHasWaitedTooLong() throws Exception {
        roomFor(10);
        Met met = new Met();
        occupy("alice");
        List<CompletableFuture<String>> late = waiting(met, "a", "b");
        ticker.advance(PATIENCE.plusMillis(1));
        List<CompletableFuture<String>> fresh = waiting(met, "c", "d");
        busy.countDown();
        assertThat(all(fresh)).containsExactly("c of c+d", "d of c+d");
        assertThat(late)
                .allSatisfy(answer -> assertThatThrownBy(answer::get).hasCauseInstanceOf(TimeoutException.class));
    }

    @Test
    void whatFailsTogetherFailsForEach() throws Exception {
        roomFor(10);
        occupy("alice");
        List<CompletableFuture<String>> answers = waiting(
                new Together<>() {
                    @Override
                    public String one(String request) {
                        return request;
                    }

                    @Override
                    public Optional<List<String>> several(List<String> requests) {
                        throw new IllegalStateException("broken");
                    }
                },
                "a",
                "b");
        busy.countDown();
        assertThat(answers).allSatisfy(answer -> assertThatThrownBy(answer::get).hasRootCauseMessage("broken"));
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
