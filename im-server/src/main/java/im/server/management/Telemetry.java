package im.server.management;

import im.netlib.LimitsReached;
import im.netlib.PduServer;
import im.netlib.Tls;
import im.netlib.TlsFailures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyEventExecutorMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What a server says about itself: its meters, which of its parts must be there for it to be of use, and which threads must go on.
 * A server fills one of these while it starts; whether anybody looks, by a {@link ManagementPort}, is not its concern. Thread-safe.
 */
public final class Telemetry {
    /** What the page of a server shows. */
    public interface View {
        /** How it is now, as an object of {@link im.server.http.Json}. From any thread; must not block. */
        CompletableFuture<Map<String, Object>> now();
    }

    private enum Phase {
        STARTING,
        STARTED,
        STOPPING
    }

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, BooleanSupplier> needed = new ConcurrentHashMap<>();
    private final List<EventExecutor> watched = new CopyOnWriteArrayList<>();
    /** Micrometer's counters do not keep what they read. */
    private final List<Supplier<Number>> read = new CopyOnWriteArrayList<>();

    private volatile Phase phase = Phase.STARTING;
    private volatile Optional<View> view = Optional.empty();

    public Telemetry() {
        Gauge.builder("im.ready", () -> missing().isEmpty() ? 1 : 0)
                .description("1 while the server is ready")
                .register(meters);
    }

    /** Where meters are registered, by their names in {@code docs/operations.md}. */
    public MeterRegistry meters() {
        return meters;
    }

    /**
     * A counter, to be described and registered, that reads what somebody else counts. It is kept, and all that it reads from, for as long as this is.
     *
     * @param count from any thread; never gets less
     */
    public FunctionCounter.Builder<?> counter(String name, Supplier<Number> count) {
        read.add(count);
        return FunctionCounter.builder(name, count, now -> now.get().doubleValue());
    }

    /** Meters of the JVM and of Netty's memory. Once; several servers of one process each say the same. */
    public void meterProcess() {
        new JvmMemoryMetrics().bindTo(meters);
        new JvmGcMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        Gauge.builder("im.buffers.max", PlatformDependent::maxDirectMemory)
                .description("memory that buffers may take")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("im.buffers.used", PooledByteBufAllocator.DEFAULT::pinnedDirectMemory)
                .description("memory that buffers have now; the allocator keeps more, for the next")
                .baseUnit("bytes")
                .register(meters);
        new NettyAllocatorMetrics((ByteBufAllocatorMetricProvider) PooledByteBufAllocator.DEFAULT).bindTo(meters);
    }

    /**
     * A server is ready only while this is so.
     *
     * @param missing what to say when it is not, such as {@code no db-proxy is connected}
     * @param there is asked on any thread, and must not block
     */
    public void needs(String missing, BooleanSupplier there) {
        needed.put(missing, there);
    }

    /** The server has a page. Once. */
    public void shows(View what) {
        view = Optional.of(what);
    }

    Optional<View> view() {
        return view;
    }

    /** A server is alive only while these threads do what they are given; their queues are metered. */
    public void watch(EventLoopGroup loops) {
        new NettyEventExecutorMetrics(loops).bindTo(meters);
        loops.forEach(watched::add);
    }

    /**
     * Meters the connections and the bytes of ports, and how often their limits were reached.
     *
     * @param role of who connects, such as {@code client}
     * @param ports all on which these connect
     */
    public void meterPorts(String role, List<PduServer> ports) {
        Gauge.builder("im.connections", () -> sum(ports, PduServer::connectionCount))
                .description("open connections")
                .tag("role", role)
                .register(meters);
        meterBytes(role, "in", () -> sum(ports, port -> port.traffic().received()));
        meterBytes(role, "out", () -> sum(ports, port -> port.traffic().sent()));
        meterLimits(role, ports.stream().map(PduServer::limitsReached).toList());
    }

    /**
     * Meters how often the limits of ports were reached.
     *
     * @param role of who connects; another one than given to {@link #meterPorts}
     */
    public void meterLimits(String role, List<LimitsReached> ports) {
        for (LimitsReached.Limit limit : LimitsReached.Limit.values()) {
            counter(
                            "im.limits.reached",
                            () -> ports.stream()
                                    .mapToLong(port -> port.count(limit))
                                    .sum())
                    .description("how often somebody ran into a limit")
                    .tag("role", role)
                    .tag("limit", tag(limit))
                    .register(meters);
        }
    }

    /**
     * Meters how long the certificate of ports or links is good, and how often TLS did not come about there, if it is on.
     *
     * @param block its settings below {@code tls}, such as {@code client-ports}
     */
    public void meterTls(String block, Tls tls) {
        if (!tls.isOn()) {
            return;
        }
        Gauge.builder("im.tls.certificate.left", () -> left(tls).toSeconds())
                .description("until the first of the certificates that are shown expires")
                .baseUnit("seconds")
                .tag("tls", block)
                .register(meters);
        for (TlsFailures.Reason reason : TlsFailures.Reason.values()) {
            counter("im.tls.failures", () -> tls.failures().count(reason))
                    .description("how often TLS did not come about")
                    .tag("tls", block)
                    .tag("reason", tag(reason))
                    .register(meters);
        }
    }

    private static Duration left(Tls tls) {
        return Duration.between(Instant.now(), tls.expires().orElseThrow());
    }

    private static String tag(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void meterBytes(String role, String direction, Supplier<Number> bytes) {
        counter("im.bytes", bytes)
                .description("bytes on these connections, frames and all")
                .tag("role", role)
                .tag("direction", direction)
                .register(meters);
    }

    private static long sum(List<PduServer> ports, ToLongFunction<PduServer> figure) {
        return ports.stream().mapToLong(figure).sum();
    }

    /** From here on the server is ready as soon as nothing is missing. */
    public void started() {
        phase = Phase.STARTED;
    }

    /** From here on the server is not ready, so that nobody new is sent to it. */
    public void stopping() {
        phase = Phase.STOPPING;
    }

    boolean hasStarted() {
        return phase != Phase.STARTING;
    }

    /** Why the server is not ready; empty when it is. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        switch (phase) {
            case STARTING -> missing.add("it is starting");
            case STOPPING -> missing.add("it is stopping");
            case STARTED -> {}
        }
        needed.forEach((what, there) -> {
            if (!there.getAsBoolean()) {
                missing.add(what);
            }
        });
        return missing;
    }

    /** Completes with the number of threads that did not do a thing within that time. */
    CompletableFuture<Integer> stuckThreads(Duration patience) {
        List<CompletableFuture<Integer>> answers = watched.stream()
                .filter(thread -> !thread.isShuttingDown())
                .map(thread -> stuck(thread, patience))
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all ->
                        answers.stream().mapToInt(CompletableFuture::join).sum());
    }

    private static CompletableFuture<Integer> stuck(EventExecutor thread, Duration patience) {
        try {
            return CompletableFuture.supplyAsync(() -> 0, thread)
                    .completeOnTimeout(1, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            return CompletableFuture.completedFuture(0);
        }
    }

    /** All meters in the text format of Prometheus. */
    String scrape() {
        return meters.scrape();
    }
}
