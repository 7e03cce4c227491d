package im.client.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Sizes, speeds and times for people. */
final class Amounts {
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB");
    private static final double STEP = 1024;
    private static final double NANOS = 1e9;

    private Amounts() {}

    static String size(long bytes) {
        if (bytes < STEP) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        double amount = bytes / STEP;
        int unit = 0;
        while (amount >= STEP && unit < UNITS.size() - 1) {
            amount /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS.get(unit));
    }

    /** For what is long from now: in the largest unit of which there is a whole one, to the nearest. */
    static String roughTime(Duration time) {
        if (time.toMinutes() < 1) {
            return "less than a minute";
        }
        if (time.toHours() < 1) {
            return count(time.toMinutes(), "minute");
        }
        return time.toDays() < 1
                ? count(time.plusMinutes(30).toHours(), "hour")
                : count(time.plusHours(12).toDays(), "day");
    }

    private static String count(long amount, String unit) {
        return amount + " " + unit + (amount == 1 ? "" : "s");
    }

    static String time(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toNanos() / NANOS);
    }

    /** Per second. */
    static String speed(long bytes, Duration time) {
        return size((long) (bytes / (Math.max(1, time.toNanos()) / NANOS))) + "/s";
    }
}
