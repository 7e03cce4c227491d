package im.bench.report;

import im.bench.tls.TlsCost;
import im.bench.tls.TlsCost.Compared;
import java.util.LinkedHashMap;
import java.util.Map;

/** What TLS costs, as rows of a table and as values of a JSON object. */
public final class TlsFigures {
    private TlsFigures() {}

    public static Table loads(TlsCost cost) {
        Table table = new Table(
                "case",
                "plain: MB/s",
                "with TLS: MB/s",
                "throughput",
                "plain: CPU s/GiB",
                "with TLS: CPU s/GiB",
                "CPU");
        cost.loads()
                .forEach((name, each) -> table.row(
                        name,
                        Figures.number(each.plain().megabytesPerSecond()),
                        Figures.number(each.tls().megabytesPerSecond()),
                        Figures.ratio(each.tls().throughputOver(each.plain())),
                        Figures.number(each.plain().cpuPerGibibyte()),
                        Figures.number(each.tls().cpuPerGibibyte()),
                        Figures.ratio(each.tls().cpuOver(each.plain()))));
        return table;
    }

    public static Table connections(TlsCost cost) {
        Compared each = cost.connections();
        Table table = new Table("connections", "each second", "±", "CPU µs each");
        table.row(
                "plain",
                Figures.number(each.plain().transfersPerSecond()),
                Figures.percent(each.plain().spread()),
                Figures.number(each.plain().cpuMicrosPerTransfer()));
        table.row(
                "with a handshake of TLS",
                Figures.number(each.tls().transfersPerSecond()),
                Figures.percent(each.tls().spread()),
                Figures.number(each.tls().cpuMicrosPerTransfer()));
        return table;
    }

    public static Map<String, Object> json(TlsCost cost) {
        Map<String, Object> values = new LinkedHashMap<>();
        cost.loads()
                .forEach((name, each) ->
                        values.put(name, Map.of("plain", Figures.json(each.plain()), "tls", Figures.json(each.tls()))));
        values.put(
                "handshakes",
                Map.of(
                        "perSecond", cost.connections().tls().transfersPerSecond(),
                        "cpuMicros", cost.connections().tls().cpuMicrosPerTransfer()));
        return values;
    }
}
