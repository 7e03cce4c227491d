package im.bench.report;

import im.bench.run.MessageSamples;
import java.util.LinkedHashMap;
import java.util.Map;

/** The figures of messages, as rows of a table and as values of a JSON object. */
public final class MessageFigures {
    private MessageFigures() {}

    public static Table table(Map<String, MessageSamples> cases) {
        Table table =
                new Table("case", "messages/s", "±", "p50/p99/max ms", "half: messages/s", "half: p50/p99/max ms");
        cases.forEach((name, samples) -> table.row(
                name,
                Figures.number(samples.saturatedPerSecond()),
                Figures.percent(samples.spread()),
                Figures.times(samples.saturatedTimes(), Figures.MILLIS),
                Figures.number(samples.halfPerSecond()),
                Figures.times(samples.halfTimes(), Figures.MILLIS)));
        return table;
    }

    /** Processor time of each process. */
    public static Table costs(Map<String, MessageSamples> cases) {
        Table table = new Table("case", "process", "CPU µs/message");
        cases.forEach((name, samples) ->
                samples.costs().forEach((process, micros) -> table.row(name, process, Figures.number(micros))));
        return table;
    }

    public static Map<String, Object> json(MessageSamples samples) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("messagesPerSecond", samples.saturatedPerSecond());
        values.put("spread", samples.spread());
        Figures.putTimes(values, "deliveryMillis", samples.saturatedTimes(), Figures.MILLIS);
        values.put("halfMessagesPerSecond", samples.halfPerSecond());
        Figures.putTimes(values, "halfDeliveryMillis", samples.halfTimes(), Figures.MILLIS);
        values.put("cpuMicrosPerMessage", samples.costs());
        return values;
    }
}
