package im.msg.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.google.common.net.InetAddresses;
import im.msg.session.LoginAttempts.Locked;
import im.msg.session.LoginAttempts.Max;
import im.netlib.LimitsReached.Limit;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginAttemptsTest {
    private static final InetAddress HERE = InetAddresses.forString("192.0.2.1");
    private static final InetAddress THERE = InetAddresses.forString("192.0.2.2");
    private static final Duration WITHIN = Duration.ofMinutes(15);

    private Duration now = Duration.ZERO;
    private final LoginAttempts attempts = new LoginAttempts(new Max(3, 10, WITHIN), new Ticker() {
        @Override
        public long read() {
            return now.toNanos();
        }
    });

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private boolean tries(InetAddress from, String user) {
        return attempts.begin(from, user).isEmpty();
    }

    private void isWrong(InetAddress from, String user, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(tries(from, user)).isTrue();
            attempts.wasWrong(from);
        }
    }

    @Test
    void afterSoManyWrongPasswordsThePairIsLockedAndNobodyElse() {
        isWrong(HERE, "alice", 3);
        assertThat(attempts.begin(HERE, "alice")).contains(new Locked(Limit.LOGINS_PER_PAIR, Duration.ofMinutes(5)));
        assertThat(tries(THERE, "alice")).as("the same user elsewhere").isTrue();
        assertThat(tries(HERE, "bob")).as("another user here").isTrue();
    }

    @Test
    void whatIsUsedUpComesBackOneByOne() {
        isWrong(HERE, "alice", 3);
        pass(Duration.ofMinutes(5).minusNanos(1));
        assertThat(tries(HERE, "alice")).isFalse();
        pass(Duration.ofNanos(1));
        assertThat(tries(HERE, "alice")).isTrue();
        assertThat(tries(HERE, "alice")).isFalse();
        pass(WITHIN);
        isWrong(HERE, "alice", 3);
        assertThat(tries(HERE, "alice")).isFalse();
    }

    @Test
    void whatAnAddressOwesIsNotForgottenByWaiting() {
        int owed = 20;
        for (int i = 0; i < owed; i++) {
            assertThat(tries(HERE, "user " + i)).isTrue();
        }
        for (int i = 0; i < owed; i++) {
            attempts.wasWrong(HERE);
        }
        pass(WITHIN);
        assertThat(attempts.begin(HERE, "alice")).map(Locked::limit).contains(Limit.LOGINS_PER_ADDRESS);
        pass(WITHIN);
        assertThat(tries(HERE, "alice")).isTrue();
    }

    @Test
    void rightPasswordsCostNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(tries(HERE, "alice")).isTrue();
            attempts.costsNothing(HERE, "alice");
        }
        isWrong(HERE, "alice", 3);
    }

    @Test
    void manyAtATimeAreNoWayAroundIt() {
        assertThat(tries(HERE, "alice")).isTrue();
        assertThat(tries(HERE, "alice")).isTrue();
        assertThat(tries(HERE, "alice")).isTrue();
        assertThat(tries(HERE, "alice"))
                .as("the fourth that is not answered yet")
                .isFalse();
    }

    @Test
    void blanksAtTheEndMakeNoOtherUser() {
        isWrong(HERE, "alice", 2);
        isWrong(HERE, "alice  ", 1);
        assertThat(tries(HERE, "alice ")).isFalse();
    }

    @Test
    void whoTriesManyUsersLocksHisAddress() {
        for (int i = 0; i < 10; i++) {
            isWrong(HERE, "user" + i, 1);
        }
        Optional<Locked> locked = attempts.begin(HERE, "bob");
        assertThat(locked).contains(new Locked(Limit.LOGINS_PER_ADDRESS, Duration.ofSeconds(90)));
        assertThat(tries(THERE, "bob")).isTrue();
        pass(Duration.ofSeconds(90));
        assertThat(tries(HERE, "bob")).isTrue();
    }

    @Test
    void anOfficeThatComesBackAtOnceIsNotLocked() {
        for (int i = 0; i < 1000; i++) {
            assertThat(tries(HERE, "user" + i)).isTrue();
        }
    }
}
