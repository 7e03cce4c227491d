package im.msg.push;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** How many pushes wait, and how the others ended. Thread-safe. */
final class PushMeters {
    private final Counter delivered;
    private final Counter refused;
    private final Counter givenUp;
    private final Counter dropped;

    PushMeters(MeterRegistry meters, Supplier<Number> waiting) {
        Gauge.builder("im.push.waiting", waiting)
                .description("pushes that are not delivered yet")
                .register(meters);
        this.delivered = counter(meters, "delivered");
        this.refused = counter(meters, "refused");
        this.givenUp = counter(meters, "given-up");
        this.dropped = counter(meters, "dropped");
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("im.pushes")
                .description("pushes to users who are away")
                .tag("result", result)
                .register(meters);
    }

    void delivered() {
        delivered.increment();
    }

    /** With a status that does not change by trying again. */
    void refused() {
        refused.increment();
    }

    void givenUp() {
        givenUp.increment();
    }

    /** Too many waited. */
    void dropped() {
        dropped.increment();
    }
}
