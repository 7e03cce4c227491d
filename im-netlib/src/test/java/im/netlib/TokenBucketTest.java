package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import im.netlib.TokenBucket.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private final PushedTicker time = new PushedTicker();
    private final TokenBucket bucket = new TokenBucket(new Rate(10, 50), time);

    @Test
    void atFirstThereIsAsMuchAsMayPassAtOnce() {
        assertThat(bucket.until(50)).isZero();
        bucket.take(50);
        assertThat(bucket.until(0)).isZero();
        assertThat(bucket.until(1)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void whatWasTakenComesBackWithTime() {
        bucket.take(50);
        time.push(Duration.ofMillis(99));
        assertThat(bucket.until(1)).isEqualTo(Duration.ofMillis(1));
        time.push(Duration.ofMillis(1));
        assertThat(bucket.until(1)).isZero();
    }

    @Test
    void nothingIsSavedUpBeyondWhatMayPassAtOnce() {
        time.push(Duration.ofDays(1000));
        assertThat(bucket.until(50)).isZero();
        assertThat(bucket.until(51)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void whatItOwesComesBackFirst() {
        bucket.take(80);
        assertThat(bucket.until(0)).isEqualTo(Duration.ofSeconds(3));
        time.push(Duration.ofSeconds(3));
        assertThat(bucket.until(0)).isZero();
        assertThat(bucket.until(1)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void whatIsGivenBackIsThereAgain() {
        bucket.take(50);
        bucket.giveBack(1);
        assertThat(bucket.until(1)).isZero();
        bucket.giveBack(1000);
        assertThat(bucket.until(50)).isZero();
        assertThat(bucket.until(51)).isPositive();
    }

    @Test
    void aRateWithinATimeIsAsMuchAtOnce() {
        TokenBucket attempts = new TokenBucket(Rate.within(Duration.ofMinutes(10), 5), time);
        attempts.take(5);
        assertThat(attempts.until(1)).isEqualTo(Duration.ofMinutes(2));
        time.push(Duration.ofMinutes(10));
        assertThat(attempts.until(5)).isZero();
    }

    @Test
    void whatIsUnlimitedIsNeverUsedUp() {
        TokenBucket unlimited = new TokenBucket(Rate.UNLIMITED, time);
        unlimited.take(Long.MAX_VALUE / 10);
        time.push(Duration.ofDays(1000));
        assertThat(unlimited.until(1e12)).isZero();
    }
}
