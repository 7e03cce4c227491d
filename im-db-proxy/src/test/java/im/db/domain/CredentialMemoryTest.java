package im.db.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CredentialMemoryTest {
    private static final Duration TIME = Duration.ofMinutes(10);
    private static final UserName ALICE = new UserName("alice");
    private static final PasswordDigest DIGEST = PasswordDigest.ofPassword("alicepw");
    private static final PasswordHash STORED = new PasswordHash("stored");

    private final FakeTicker ticker = new FakeTicker();
    private final CredentialMemory memory = new CredentialMemory(100, TIME, ticker);

    @Test
    void remembersExactlyWhatWasRight() {
        memory.remember(ALICE, DIGEST, STORED);
        assertThat(memory.remembers(ALICE, DIGEST, STORED)).isTrue();
        assertThat(memory.remembers(new UserName("alicf"), DIGEST, STORED)).isFalse();
        assertThat(memory.remembers(ALICE, PasswordDigest.ofPassword("other"), STORED))
                .isFalse();
    }

    @Test
    void remembersNothingOfAPasswordThatWasChangedSince() {
        memory.remember(ALICE, DIGEST, STORED);
        assertThat(memory.remembers(ALICE, DIGEST, new PasswordHash("another"))).isFalse();
    }

    @Test
    void forgetsAfterAWhile() {
        memory.remember(ALICE, DIGEST, STORED);
        ticker.advance(TIME.minusNanos(1));
        assertThat(memory.remembers(ALICE, DIGEST, STORED)).isTrue();
        ticker.advance(Duration.ofNanos(1));
        assertThat(memory.remembers(ALICE, DIGEST, STORED)).isFalse();
    }

    @Test
    void remembersNoMoreThanItMay() {
        CredentialMemory small = new CredentialMemory(1, TIME, ticker);
        small.remember(ALICE, DIGEST, STORED);
        small.remember(new UserName("bob"), DIGEST, STORED);
        assertThat(small.remembers(ALICE, DIGEST, STORED)).isFalse();
        CredentialMemory none = new CredentialMemory(0, TIME, ticker);
        none.remember(ALICE, DIGEST, STORED);
        assertThat(none.remembers(ALICE, DIGEST, STORED)).isFalse();
    }
}
