package im.msg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import im.netlib.ReconnectingClient;
import im.server.Settings;
import im.server.management.Telemetry;
import im.testkit.Eventually;
import im.testkit.Garbage;
import im.testkit.TestRedis;
import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class MsgServerIT {
    @Test
    void stopsInAFewSecondsEvenIfAClientStays() throws Exception {
        try (Stack stack = Stack.start(Map.of())) {
            Client alice = stack.desktop("alice");
            long before = System.nanoTime();
            stack.server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
            alice.wire.expectClosed();
        }
    }

    @Test
    void takesNoLinkForLostThatItEndsItself() throws Exception {
        Logger links = (Logger) LoggerFactory.getLogger(ReconnectingClient.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        links.addAppender(logged);
        try (Stack stack = Stack.start(Map.of())) {
            stack.desktop("alice");
            stack.server.close();
            assertThat(logged.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
        } finally {
            links.detachAppender(logged);
        }
    }

    @Test
    void doesNotStartOnAPortThatIsTaken() throws Exception {
        try (Stack stack = Stack.start(Map.of())) {
            String port = Integer.toString(stack.server.clientAddress().getPort());
            MsgServerConfig config = MsgServerConfig.read(Settings.load(
                            Optional.empty(),
                            Map.of("msg-server.client.host", "127.0.0.1", "msg-server.client.port", port))
                    .at("msg-server"));
            assertThatThrownBy(() -> MsgServer.start(config))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(port);
        }
    }

    @Test
    void startsWithoutTheServersBehindIt() throws Exception {
        MsgServerConfig config = MsgServerConfig.read(Settings.load(
                        Optional.empty(),
                        Map.of(
                                "msg-server.client.port", "0",
                                "msg-server.file-servers", "127.0.0.1:1",
                                "msg-server.db-proxies", "127.0.0.1:1"))
                .at("msg-server"));
        Telemetry telemetry = new Telemetry();
        try (MsgServer server = MsgServer.start(config, telemetry)) {
            telemetry.started();
            assertThat(server.clientAddress().getPort()).isPositive();
            assertThat(server.isUsable()).isFalse();
            assertThat(server.readyFileServers()).isZero();
            assertThat(telemetry.missing()).containsExactly("no db-proxy is connected");
        }
    }

    @Test
    void theLinkToRedisIsStillMeteredWhenGarbageHasBeenCollected() throws Exception {
        try (TestRedis redis = TestRedis.start();
                Stack stack = Stack.start(
                        Map.of("presence", "redis", "redis.url", redis.url(), "redis.prefix", redis.prefix()))) {
            Gauge ready = stack.telemetry()
                    .meters()
                    .get("im.links.ready")
                    .tag("to", "redis")
                    .gauge();
            Eventually.until("the msg-server is connected to Redis", () -> ready.value() == 1);

            Garbage.collect();

            assertThat(ready.value()).isEqualTo(1.0);
        }
    }

    @Test
    void aDrainedServerHasSentItsClientsAwayAndTakesNoMore() throws Exception {
        try (Stack stack = Stack.start(Map.of("client.drain-over", "10ms"))) {
            Client alice = stack.desktop("alice");

            stack.server.drain().get(20, TimeUnit.SECONDS);

            alice.wire.expectClosed();
            assertThatThrownBy(stack::connect).isInstanceOf(IOException.class);
        }
    }
}
