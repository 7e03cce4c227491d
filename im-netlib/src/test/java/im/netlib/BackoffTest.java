package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    private static long longest(Backoff backoff, int attempt) {
        RandomGenerator highest = new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("a bound is wanted");
            }

            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        };
        return backoff.delay(attempt, highest).toMillis();
    }

    @Test
    void theLongestWaitDoublesFromFirstToCap() {
        assertThat(longest(BACKOFF, 0)).isEqualTo(100);
        assertThat(longest(BACKOFF, 1)).isEqualTo(200);
        assertThat(longest(BACKOFF, 2)).isEqualTo(400);
        assertThat(longest(BACKOFF, 6)).isEqualTo(6400);
        assertThat(longest(BACKOFF, 7)).isEqualTo(10_000);
        assertThat(longest(BACKOFF, 31)).isEqualTo(10_000);
        assertThat(longest(BACKOFF, Integer.MAX_VALUE)).isEqualTo(10_000);
    }

    @Test
    void everyWaitLiesBetweenOneMillisecondAndItsBound() {
        Random random = new Random(1);
        for (int attempt = 0; attempt < 40; attempt++) {
            for (int round = 0; round < 200; round++) {
                assertThat(BACKOFF.delay(attempt, random).toMillis()).isBetween(1L, longest(BACKOFF, attempt));
            }
        }
    }

    @Test
    void waitsAreSpreadOverTheWholeRange() {
        Random random = new Random(2);
        Set<Long> tenths = new HashSet<>();
        for (int round = 0; round < 1000; round++) {
            tenths.add((BACKOFF.delay(20, random).toMillis() - 1) / 1000);
        }

        assertThat(tenths).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void theSameSeedGivesTheSameWaits() {
        assertThat(BACKOFF.delay(5, new Random(3))).isEqualTo(BACKOFF.delay(5, new Random(3)));
    }

    @Test
    void waitsOfManyDaysDoNotOverflow() {
        Backoff patient = new Backoff(Duration.ofDays(400), Duration.ofDays(4000));

        assertThat(longest(patient, 30)).isEqualTo(Duration.ofDays(4000).toMillis());
    }

    @Test
    void boundsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofMillis(-1), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .as("less than a millisecond would mean no growth at all")
                .isThrownBy(() -> new Backoff(Duration.ofNanos(999_999), Duration.ofSeconds(1)));
    }
}
