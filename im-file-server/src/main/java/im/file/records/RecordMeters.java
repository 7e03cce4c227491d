package im.file.records;

import im.file.records.Recorder.Answer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** How many stored files the database does not know yet, and how announcing them went. Thread-safe. */
final class RecordMeters {
    private final Map<Answer, Counter> answered = new EnumMap<>(Answer.class);
    private final Counter failed;

    /** @param waiting as far as they are in memory; the store may have more */
    RecordMeters(MeterRegistry meters, Supplier<Number> waiting) {
        Gauge.builder("im.records.waiting", waiting)
                .description("stored files that the database does not know yet")
                .register(meters);
        for (Answer answer : Answer.values()) {
            answered.put(answer, counter(meters, answer.name().toLowerCase(Locale.ROOT)));
        }
        this.failed = counter(meters, "failed");
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("im.records")
                .description("announcements of stored files")
                .tag("result", result)
                .register(meters);
    }

    void answered(Answer answer) {
        answered.get(answer).increment();
    }

    /** No answer came, or that the msg-server cannot now; it is tried again. */
    void failed() {
        failed.increment();
    }
}
