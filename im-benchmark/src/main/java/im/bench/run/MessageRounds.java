package im.bench.run;

import im.bench.server.ProcessCost;
import im.bench.wire.Delivered;
import im.bench.wire.Dialer;
import im.bench.wire.MessageLoad;
import im.bench.wire.MessagePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures how many messages a second are stored and delivered, and then how long they take at half that load, or at less.
 *
 * @param warmUp of saturation, before the rounds
 * @param rounds each of saturation, then of half the load
 * @param duration of each round
 * @param mostSteady how many messages a second the half is at most
 */
public record MessageRounds(Duration warmUp, int rounds, Duration duration, double mostSteady) {
    private static final double HALF = 0.5;
    private static final double MICROS = 1e6;

    private interface Load {
        Delivered run() throws IOException, InterruptedException;
    }

    /**
     * @param msgServers 1, or 2: then each message goes from one to the other
     * @param jvmOptions of the servers
     * @param folder for database and logs; empty means that for temporary files
     * @param progress told what happens, a line at a time
     */
    public MessageSamples run(
            Dialer dialer,
            MessagePlan plan,
            int msgServers,
            List<String> jvmOptions,
            Optional<Path> folder,
            Consumer<String> progress)
            throws IOException, InterruptedException {
        try (MessageServers servers = MessageServers.start(folder, msgServers, 2 * plan.pairs(), jvmOptions);
                MessageLoad load = new MessageLoad(dialer, plan, MessageServers.PASSWORD)) {
            load.logIn(servers.writing(), servers.reading());
            MessageSamples samples = new MessageSamples();
            if (!warmUp.isZero()) {
                progress.accept(line("warm-up", load.saturate(warmUp)));
            }
            for (int round = 1; round <= rounds; round++) {
                Map<String, Double> costs = new LinkedHashMap<>();
                Delivered delivered = measure(servers, costs, () -> load.saturate(duration));
                samples.addSaturated(delivered, costs);
                progress.accept(line("round " + round + ", saturated", delivered));
            }
            double rate = Math.min(samples.saturatedPerSecond() * HALF, mostSteady);
            for (int round = 1; round <= rounds; round++) {
                Delivered delivered = load.steady(rate, duration);
                samples.addHalf(delivered);
                progress.accept(line("round " + round + ", steady", delivered));
            }
            return samples;
        }
    }

    private static Delivered measure(MessageServers servers, Map<String, Double> costs, Load load)
            throws IOException, InterruptedException {
        Map<String, Duration> before = new LinkedHashMap<>();
        for (Map.Entry<String, ProcessCost> each : servers.costs().entrySet()) {
            before.put(each.getKey(), each.getValue().cpu());
        }
        Delivered delivered = load.run();
        for (Map.Entry<String, ProcessCost> each : servers.costs().entrySet()) {
            double seconds =
                    each.getValue().cpu().minus(before.get(each.getKey())).toNanos() / 1e9;
            costs.put(each.getKey(), seconds * MICROS / delivered.messages());
        }
        return delivered;
    }

    private static String line(String what, Delivered delivered) {
        return String.format(
                "%-22s %8.0f messages/s, p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                what,
                delivered.perSecond(),
                delivered.times().getValueAtPercentile(50) / MICROS,
                delivered.times().getValueAtPercentile(99) / MICROS,
                delivered.times().getMaxValue() / MICROS);
    }
}
