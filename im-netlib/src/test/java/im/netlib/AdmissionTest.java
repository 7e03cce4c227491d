package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.google.common.net.InetAddresses;
import im.netlib.LimitsReached.Limit;
import im.testkit.LoggedLines;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Optional<Limit> WELCOME = Optional.empty();
    private static final Optional<Limit> FULL = Optional.of(Limit.CONNECTIONS);
    private static final Optional<Limit> ADDRESS_FULL = Optional.of(Limit.CONNECTIONS_PER_ADDRESS);

    private final PushedTicker time = new PushedTicker();
    private final LoggedLines log = new LoggedLines(Admission.class);

    @AfterEach
    void close() {
        log.close();
    }

    private Admission admission(int max, int maxPerAddress) {
        return new Admission(new Admission.Max(max, maxPerAddress), Optional.empty(), time);
    }

    private static Promise<Void> life() {
        return ImmediateEventExecutor.INSTANCE.newPromise();
    }

    private static Optional<Limit> connect(Admission admission, String from, Promise<Void> life) {
        return admission.refusal(new InetSocketAddress(InetAddresses.forString(from), 1234), life);
    }

    private static Optional<Limit> connect(Admission admission, String from) {
        return connect(admission, from, life());
    }

    @Test
    void anAddressHasOnlySoManyConnectionsAndOthersAreWelcome() {
        Admission admission = admission(10, 2);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(WELCOME);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(WELCOME);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(ADDRESS_FULL);
        assertThat(connect(admission, "192.0.2.2")).isEqualTo(WELCOME);
    }

    @Test
    void aConnectionThatHasEndedMakesRoomAndOneThatWasRefusedDoesNot() {
        Admission admission = admission(10, 1);
        Promise<Void> first = life();
        Promise<Void> refused = life();
        assertThat(connect(admission, "192.0.2.1", first)).isEqualTo(WELCOME);
        assertThat(connect(admission, "192.0.2.1", refused)).isEqualTo(ADDRESS_FULL);
        refused.setSuccess(null);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(ADDRESS_FULL);
        first.setSuccess(null);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(WELCOME);
    }

    @Test
    void thereAreOnlySoManyInAll() {
        Admission admission = admission(2, 2);
        Promise<Void> first = life();
        assertThat(connect(admission, "192.0.2.1", first)).isEqualTo(WELCOME);
        assertThat(connect(admission, "192.0.2.2")).isEqualTo(WELCOME);
        assertThat(connect(admission, "192.0.2.3")).isEqualTo(FULL);
        first.setSuccess(null);
        assertThat(connect(admission, "192.0.2.3")).isEqualTo(WELCOME);
    }

    @Test
    void whoHasAnAddressOfIpV6HasAllOfItsNetwork() {
        Admission admission = admission(10, 1);
        assertThat(connect(admission, "2001:db8:1:2::1")).isEqualTo(WELCOME);
        assertThat(connect(admission, "2001:db8:1:2:ffff::2")).isEqualTo(ADDRESS_FULL);
        assertThat(connect(admission, "2001:db8:1:3::1")).isEqualTo(WELCOME);
    }

    @Test
    void ourOwnMayAllBeAtOneAddress() {
        Admission admission = Admission.ofOurOwn(2);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(WELCOME);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(WELCOME);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(FULL);
    }

    @Test
    void nobodyIsTakenWhileTheMemoryIsShort() {
        long[] used = {81};
        Admission admission =
                new Admission(new Admission.Max(10, 10), Optional.of(new BufferMemory(80, () -> used[0], time)), time);
        assertThat(connect(admission, "192.0.2.1")).contains(Limit.MEMORY);
        assertThat(connect(admission, "192.0.2.2")).contains(Limit.MEMORY);
        assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("memory");
        used[0] = 80;
        time.push(BufferMemory.LOOK_EVERY);
        assertThat(connect(admission, "192.0.2.1")).isEqualTo(WELCOME);
    }

    @Test
    void anAddressThatIsRefusedCostsALineAMinute() {
        Admission admission = admission(10, 1);
        connect(admission, "192.0.2.1");
        connect(admission, "192.0.2.2");
        for (int i = 0; i < 100; i++) {
            connect(admission, "192.0.2.1");
        }
        assertThat(log.messagesAt(Level.WARN))
                .containsExactly("192.0.2.1: connections refused: it has as many as it may have here: 1");
        connect(admission, "192.0.2.2");
        assertThat(log.messagesAt(Level.WARN)).hasSize(2);
        time.push(Duration.ofSeconds(59));
        connect(admission, "192.0.2.1");
        assertThat(log.messagesAt(Level.WARN)).hasSize(2);
        time.push(Duration.ofSeconds(1));
        connect(admission, "192.0.2.1");
        assertThat(log.messagesAt(Level.WARN)).hasSize(3);
    }
}
