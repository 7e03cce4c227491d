package im.file.transfer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** What transfers count. */
public final class Meters {
    final MeterRegistry registry = new SimpleMeterRegistry();

    TransferMeters of(TransferMode mode) {
        return new TransferMeters(registry, mode);
    }

    /** For whom nobody looks. */
    static TransferMeters unread(TransferMode mode) {
        return new Meters().of(mode);
    }

    int started(TransferMode mode) {
        return (int) registry.get("im.transfers.started")
                .tag("mode", TransferMeters.tag(mode))
                .counter()
                .count();
    }

    int resumed(TransferMode mode) {
        return (int) registry.get("im.transfers.resumed")
                .tag("mode", TransferMeters.tag(mode))
                .counter()
                .count();
    }

    /** All that have ended, in any way. */
    int ended(TransferMode mode) {
        int all = 0;
        for (End end : End.values()) {
            all += ended(mode, end);
        }
        return all;
    }

    int ended(TransferMode mode, End how) {
        return (int) registry.get("im.transfers.ended")
                .tag("mode", TransferMeters.tag(mode))
                .tag("result", TransferMeters.tag(how))
                .counter()
                .count();
    }

    /** How many blocks were timed. */
    long timed(TransferMode mode) {
        return registry.get("im.block.round.trip")
                .tag("mode", TransferMeters.tag(mode))
                .timer()
                .count();
    }
}
