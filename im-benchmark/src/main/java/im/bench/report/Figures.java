package im.bench.report;

import im.bench.run.Ratio;
import im.bench.run.Samples;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The figures of cases, as rows of a table and as values of a JSON object. */
public final class Figures {
    private static final double MICROS = 1e3;
    static final double MILLIS = 1e6;
    private static final double P50 = 50;
    private static final double P99 = 99;
    private static final String NONE = "–";

    private Figures() {}

    public static Table table(Map<String, Samples> cases) {
        Table table = new Table(
                "case",
                "MB/s",
                "±",
                "transfers/s",
                "CPU s/GiB",
                "peak MiB",
                "block p50/p99/max µs",
                "transfer p50/p99/max ms");
        cases.forEach((name, samples) -> table.row(
                name,
                number(samples.megabytesPerSecond()),
                percent(samples.spread()),
                number(samples.transfersPerSecond()),
                number(samples.cpuPerGibibyte()),
                number(samples.peakMebibytes()),
                times(samples.blocks(), MICROS),
                times(samples.transfers(), MILLIS)));
        return table;
    }

    public static Map<String, Object> json(Samples samples) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("megabytesPerSecond", samples.megabytesPerSecond());
        values.put("spread", samples.spread());
        values.put("transfersPerSecond", samples.transfersPerSecond());
        put(values, "cpuSecondsPerGibibyte", samples.cpuPerGibibyte());
        put(values, "peakMebibytes", samples.peakMebibytes());
        putTimes(values, "blockMicros", samples.blocks(), MICROS);
        putTimes(values, "transferMillis", samples.transfers(), MILLIS);
        return values;
    }

    private static void put(Map<String, Object> values, String key, double value) {
        if (!Double.isNaN(value)) {
            values.put(key, value);
        }
    }

    static void putTimes(Map<String, Object> values, String key, Histogram times, double unit) {
        if (times.getTotalCount() > 0) {
            values.put(
                    key,
                    Map.of(
                            "p50", times.getValueAtPercentile(P50) / unit,
                            "p99", times.getValueAtPercentile(P99) / unit,
                            "max", times.getMaxValue() / unit));
        }
    }

    static String times(Histogram times, double unit) {
        return times.getTotalCount() == 0
                ? NONE
                : number(times.getValueAtPercentile(P50) / unit) + " / "
                        + number(times.getValueAtPercentile(P99) / unit) + " / "
                        + number(times.getMaxValue() / unit);
    }

    /** A figure with its spread. */
    public static String ratio(Ratio ratio) {
        return Double.isNaN(ratio.median()) ? NONE : number(ratio.median()) + " ± " + percent(ratio.spread());
    }

    /** Three digits, more or less. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        String format = value >= 1000 ? "%,.0f" : value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    public static String percent(double part) {
        return number(part * 100) + " %";
    }
}
