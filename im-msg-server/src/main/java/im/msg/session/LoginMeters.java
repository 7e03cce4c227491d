package im.msg.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** How many logins there were, by how they ended. Thread-safe. */
public final class LoginMeters {
    private final Counter welcomed;
    private final Counter refused;
    private final Counter noDatabase;
    private final Counter lockedOut;

    public LoginMeters(MeterRegistry meters) {
        this.welcomed = counter(meters, "welcomed");
        this.refused = counter(meters, "refused");
        this.noDatabase = counter(meters, "no-database");
        this.lockedOut = counter(meters, "locked-out");
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("im.logins")
                .description("logins of clients")
                .tag("result", result)
                .register(meters);
    }

    void welcomed() {
        welcomed.increment();
    }

    /** By the database: no such user, or not this password. */
    void refused() {
        refused.increment();
    }

    void noDatabase() {
        noDatabase.increment();
    }

    /** After too many wrong passwords. */
    void lockedOut() {
        lockedOut.increment();
    }
}
