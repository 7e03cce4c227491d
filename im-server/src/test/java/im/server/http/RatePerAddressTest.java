package im.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import im.netlib.LimitsReached;
import im.netlib.LimitsReached.Limit;
import im.netlib.TokenBucket.Rate;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RatePerAddressTest {
    private Duration now = Duration.ZERO;
    private final LimitsReached reached = new LimitsReached();
    /** Three at once, and one every four seconds. */
    private final RatePerAddress limited = new RatePerAddress(
            new Rate(0.25, 3),
            new Ticker() {
                @Override
                public long read() {
                    return now.toNanos();
                }
            },
            reached,
            call -> CompletableFuture.completedFuture(HttpReply.ok(Map.of("path", call.path()))));

    private HttpReply ask(String from) {
        return limited.answer(new HttpCall(
                        new InetSocketAddress(from, 1234),
                        "GET",
                        "/x",
                        Optional.empty(),
                        Optional.empty(),
                        new byte[0]))
                .join();
    }

    private void assertAnswered(String from) {
        assertThat(ask(from)).isEqualTo(HttpReply.ok(Map.of("path", "/x")));
    }

    private void assertRefused(String from, int secondsToWait) {
        HttpReply reply = ask(from);
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.headers()).containsEntry("retry-after", Integer.toString(secondsToWait));
    }

    private void useUp(String from) {
        for (int i = 0; i < 3; i++) {
            assertAnswered(from);
        }
    }

    @Test
    void anAddressThatAsksTooOftenIsToldWhenToComeBackAndOthersAreAnswered() {
        useUp("192.0.2.1");

        assertRefused("192.0.2.1", 4);
        assertRefused("192.0.2.1", 4);

        assertAnswered("192.0.2.2");
        assertThat(reached.count(Limit.REQUESTS_PER_ADDRESS)).isEqualTo(2);
    }

    @Test
    void whoComesBackWhenHeWasToldIsAnswered() {
        useUp("192.0.2.1");
        now = now.plusMillis(3_500);
        assertRefused("192.0.2.1", 1);

        now = now.plusSeconds(1);

        assertAnswered("192.0.2.1");
        assertRefused("192.0.2.1", 4);
    }

    @Test
    void anAddressOfIpv6SharesWithItsNetwork() {
        useUp("2001:db8::1");

        assertRefused("2001:db8::2", 4);
        assertAnswered("2001:db8:0:1::1");
    }
}
