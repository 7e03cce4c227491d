package im.db.domain;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/** When users are not disturbed who do not want to be: from 22:00 to 07:00, as the protocol has it. */
public record Night(ZoneId zone) {
    private static final LocalTime BEGIN = LocalTime.of(22, 0);
    private static final LocalTime END = LocalTime.of(7, 0);

    public boolean includes(Instant time) {
        LocalTime there = LocalTime.ofInstant(time, zone);
        return !there.isBefore(BEGIN) || there.isBefore(END);
    }
}
