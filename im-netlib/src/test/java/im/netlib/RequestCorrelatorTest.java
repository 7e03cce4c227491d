package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestCorrelatorTest {
    private static final int MAX_PENDING = 3;

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final RequestCorrelator correlator =
            new RequestCorrelator(clock.eventLoop(), Duration.ofSeconds(5), MAX_PENDING);
    private final List<ByteString> sent = new ArrayList<>();

    @BeforeEach
    void stopTime() {
        clock.freezeTime();
    }

    @AfterEach
    void close() {
        clock.finishAndReleaseAll();
    }

    private CompletableFuture<String> call() {
        return correlator.call(String.class, sent::add);
    }

    private void pass(long millis) {
        clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        clock.runScheduledPendingTasks();
    }

    @Test
    void anAnswerCompletesItsOwnRequestOnly() {
        CompletableFuture<String> first = call();
        CompletableFuture<String> second = call();

        assertThat(correlator.complete(sent.get(1), "two")).isTrue();

        assertThat(second).isCompletedWithValue("two");
        assertThat(first).isNotDone();
        assertThat(correlator.complete(sent.get(0), "one")).isTrue();
        assertThat(first).isCompletedWithValue("one");
    }

    @Test
    void anAnswerThatComesDuringSendingCounts() {
        CompletableFuture<String> answer = correlator.call(String.class, token -> correlator.complete(token, "quick"));

        assertThat(answer).isCompletedWithValue("quick");
    }

    @Test
    void anAnswerCountsOnce() {
        call();

        assertThat(correlator.complete(sent.get(0), "one")).isTrue();
        assertThat(correlator.complete(sent.get(0), "again")).isFalse();
    }

    @Test
    void withoutAnAnswerInTimeARequestFails() {
        CompletableFuture<String> answer = call();

        pass(4_999);
        assertThat(answer).isNotDone();
        pass(1);

        assertThat(answer).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(TimeoutException.class);
        assertThat(correlator.complete(sent.get(0), "late")).isFalse();
    }

    @Test
    void anAnsweredRequestDoesNotTimeOut() {
        CompletableFuture<String> answer = call();
        correlator.complete(sent.get(0), "in time");

        pass(10_000);

        assertThat(answer).isCompletedWithValue("in time");
    }

    @Test
    void aLostLinkFailsEveryWaitingRequestAtOnce() {
        CompletableFuture<String> first = call();
        CompletableFuture<String> second = call();

        correlator.failAll("db-proxy was lost");

        for (CompletableFuture<String> answer : List.of(first, second)) {
            assertThat(answer)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(LinkLostException.class)
                    .withMessageContaining("db-proxy was lost");
        }
        assertThat(correlator.complete(sent.get(0), "late")).isFalse();
    }

    @Test
    void aLostLinkFailsRequestsInTheOrderInWhichTheyWereAsked() {
        List<CompletableFuture<String>> asked = List.of(call(), call(), call());
        List<CompletableFuture<String>> failed = new ArrayList<>();
        asked.forEach(answer -> answer.whenComplete((result, failure) -> failed.add(answer)));

        correlator.failAll("lost");

        assertThat(failed).containsExactlyElementsOf(asked);
    }

    @Test
    void whoAsksAgainWhenTheLinkIsLostIsNotFailedByTheSameLoss() {
        List<CompletableFuture<String>> again = new ArrayList<>();
        for (CompletableFuture<String> lost : List.of(call(), call())) {
            lost.whenComplete((answer, failure) -> again.add(call()));
        }

        correlator.failAll("lost");

        assertThat(again).hasSize(2).allSatisfy(waiting -> assertThat(waiting).isNotDone());
    }

    @Test
    void oneRequestTooManyFailsAtOnceAndIsNotSent() {
        for (int i = 0; i < MAX_PENDING; i++) {
            call();
        }

        CompletableFuture<String> oneTooMany = call();

        assertThat(oneTooMany)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(RejectedExecutionException.class);
        assertThat(sent).hasSize(MAX_PENDING);
        assertThat(correlator.waiting()).isEqualTo(MAX_PENDING);
        assertThat(correlator.refused()).isEqualTo(1);
    }

    @Test
    void whatIsAnsweredTimedOutLostOrCancelledMakesRoom() {
        for (int round = 0; round < 4; round++) {
            List<CompletableFuture<String>> full = List.of(call(), call(), call());
            switch (round) {
                case 0 -> sent.forEach(token -> correlator.complete(token, "x"));
                case 1 -> pass(5_000);
                case 2 -> correlator.failAll("lost");
                default -> full.forEach(answer -> answer.cancel(false));
            }
            assertThat(full).allSatisfy(answer -> assertThat(answer).isDone());
            CompletableFuture<String> next = call();
            assertThat(next).as("round %d", round).isNotDone();
            next.cancel(false);
        }
    }

    @Test
    void foreignAndMalformedTokensAreNobodys() {
        CompletableFuture<String> answer = call();
        ByteString token = sent.get(0);

        assertThat(correlator.complete(ByteString.EMPTY, "x")).isFalse();
        assertThat(correlator.complete(token.substring(1), "x")).isFalse();
        assertThat(correlator.complete(token.concat(ByteString.copyFrom(new byte[1])), "x"))
                .isFalse();
        assertThat(correlator.complete(ByteString.copyFrom(new byte[8]), "x")).isFalse();
        assertThat(correlator.complete(ByteString.copyFrom(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}), "x"))
                .isFalse();
        assertThat(answer).isNotDone();
    }

    @Test
    void anAnswerOfTheWrongTypeIsNotTaken() {
        CompletableFuture<String> answer = call();

        assertThat(correlator.complete(sent.get(0), 42)).isFalse();
        assertThat(answer).isNotDone();
        assertThat(correlator.complete(sent.get(0), "right")).isTrue();
    }

    @Test
    void aRequestThatCannotBeSentFailsAndIsNotWaitedFor() {
        for (int i = 0; i <= MAX_PENDING; i++) {
            assertThat(correlator.call(String.class, token -> {
                        throw new IllegalStateException("cannot send");
                    }))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(IllegalStateException.class);
        }

        assertThat(call()).isNotDone();
    }

    @Test
    void aRequestForWhichThereIsNoMemoryFailsToo() {
        assertThat(correlator.call(String.class, token -> {
                    throw new OutOfMemoryError("no buffer");
                }))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(OutOfMemoryError.class);
        assertThat(correlator.waiting()).isZero();
    }

    @Test
    void aRequestTimesOutEvenIfTheTimerWasFasterThanItsCaller() {
        RequestCorrelator hasty =
                new RequestCorrelator(new ImmediateTimer(clock.eventLoop()), Duration.ofMillis(1), MAX_PENDING);

        CompletableFuture<String> answer = hasty.call(String.class, sent::add);

        assertThat(answer).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(TimeoutException.class);
    }
}
