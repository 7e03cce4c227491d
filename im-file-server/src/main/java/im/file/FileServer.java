package im.file;

import im.file.s3.S3Files;
import im.file.store.DiskStore;
import im.file.transfer.Phase;
import im.file.transfer.TransferMeters;
import im.file.transfer.TransferMode;
import im.file.transfer.UploadBudget;
import im.netlib.Admission;
import im.netlib.BufferMemory;
import im.netlib.PduServer;
import im.server.RunningServer;
import im.server.management.Telemetry;
import im.server.token.TokenKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running file-server: one store, and as many shards as configured. */
public final class FileServer implements RunningServer {
    private static final Logger log = LoggerFactory.getLogger(FileServer.class);

    private final DiskStore store;
    private final RecordKeeping records;
    private final Duration drainTimeout;
    private final List<Shard> shards = new ArrayList<>();

    private FileServer(DiskStore store, RecordKeeping records, Duration drainTimeout) {
        this.drainTimeout = drainTimeout;
        this.store = store;
        this.records = records;
    }

    /** @throws IOException when a port or the store's folder cannot be had; then nothing is left running */
    public static FileServer start(FileServerConfig config) throws IOException {
        return start(config, new Telemetry());
    }

    /** As above. */
    public static FileServer start(FileServerConfig config, Telemetry telemetry) throws IOException {
        warnIfOnlyReachableFromHere(config);
        DiskStore store = store(config, telemetry.meters());
        FileServer server = new FileServer(
                store, RecordKeeping.start(config.records(), store, telemetry.meters()), config.drainTimeout());
        UploadBudget budget = new UploadBudget(config.maxBuffered());
        Admission admission = new Admission(config.maxConnections(), BufferMemory.ofProcess(config.buffersPercent()));
        try {
            TokenKey tokenKey = store.tokenKey();
            for (int i = 0; i < config.shards(); i++) {
                server.shards.add(
                        Shard.start(config, i, store, tokenKey, budget, server.records, admission, telemetry.meters()));
            }
            // All shards have the same certificates.
            config.clientTls().watchWith(server.shards.get(0).loops());
            config.linkTls().watchWith(server.shards.get(0).loops());
            server.describe(telemetry);
            telemetry.meterTls("client-ports", config.clientTls());
            telemetry.meterTls("between-servers", config.linkTls());
            budget.meter(telemetry.meters());
            store.describe(telemetry);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void describe(Telemetry telemetry) {
        telemetry.shows(new LiveTransfers(List.copyOf(shards)));
        shards.forEach(shard -> telemetry.watch(shard.loops()));
        telemetry.meterPorts("client", shards.stream().map(Shard::clients).toList());
        telemetry.meterPorts(
                "msg-server", shards.stream().map(Shard::msgServers).toList());
        for (TransferMode mode : TransferMode.values()) {
            mode.phases().forEach(phase -> meterTransfers(telemetry.meters(), mode, phase));
        }
    }

    private void meterTransfers(MeterRegistry meters, TransferMode mode, Phase phase) {
        Gauge.builder(
                        "im.transfers",
                        shards,
                        all -> all.stream()
                                .mapToInt(shard -> shard.census().count(mode, phase))
                                .sum())
                .description("transfers under way")
                .tag("mode", TransferMeters.tag(mode))
                .tag("state", TransferMeters.tag(phase))
                .register(meters);
    }

    private static DiskStore store(FileServerConfig config, MeterRegistry meters) throws IOException {
        if (config.s3().isEmpty()) {
            return DiskStore.open(config.store());
        }
        S3Files files = S3Files.open(config.s3().get());
        files.meter(meters);
        return DiskStore.open(config.store(), files, files.calls());
    }

    /** The defaults suit one machine; clients elsewhere would be sent to themselves. */
    private static void warnIfOnlyReachableFromHere(FileServerConfig config) {
        if (config.advertise().isEmpty()
                && config.client().getAddress().isAnyLocalAddress()
                && config.internal().getAddress().isLoopbackAddress()) {
            log.warn("clients on other machines will be told to come to a loopback address:"
                    + " set file-server.client.advertise to the address at which they find this server");
        }
    }

    /** Where clients connect, per shard. */
    public List<InetSocketAddress> clientAddresses() {
        return shards.stream().map(Shard::clients).map(PduServer::address).toList();
    }

    /** Where msg-servers connect, per shard. */
    public List<InetSocketAddress> internalAddresses() {
        return shards.stream().map(Shard::msgServers).map(PduServer::address).toList();
    }

    /** Has msg-servers ask others, and waits until no client is there any more. */
    @Override
    public CompletableFuture<Void> drain() {
        return CompletableFuture.allOf(shards.stream().map(Shard::drain).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, drainTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends all connections, then finishes what was begun on the disk. */
    @Override
    public void close() throws IOException {
        shards.forEach(Shard::close);
        records.close();
        store.close();
    }
}
