package im.bench.tls;

import im.bench.run.Case;
import im.bench.run.Rounds;
import im.bench.run.Samples;
import im.bench.run.Server;
import im.bench.run.Workplace;
import im.bench.server.Certificate;
import im.bench.wire.ConnectionLoad;
import im.bench.wire.Dialer;
import im.bench.wire.Mode;
import im.bench.wire.Plan;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The same loads for two file-servers, of which one speaks TLS with its clients, in turns.
 *
 * @param loads by name
 * @param connections that end as soon as they are there
 */
public record TlsCost(Map<String, Compared> loads, Compared connections) {
    private static final int BLOCK = 32 << 10;
    private static final int LARGE_BLOCK = 256 << 10;
    private static final int IN_FLIGHT = 8;
    private static final Duration NO_LIMIT = Duration.ofDays(1);
    private static final String CONNECTIONS = "connections";

    /** One load, without TLS and with it. */
    public record Compared(Samples plain, Samples tls) {}

    /**
     * How much of everything.
     *
     * @param warmUp for each load
     * @param mebibytes of each file
     * @param files in each round
     * @param connections in each round
     */
    public record Extent(Duration warmUp, int rounds, int mebibytes, int files, int connections) {
        /** In about half a minute. */
        public static final Extent FULL = new Extent(Duration.ofSeconds(2), 3, 64, 4, 2000);
        /** Whether it works. */
        public static final Extent QUICK = new Extent(Duration.ZERO, 1, 1, 2, 20);
    }

    private interface Load {
        Case of(Server server, Dialer dialer, String name) throws IOException, InterruptedException;
    }

    /**
     * @param workplace whose folder the files are stored in
     * @param progress told what happens, a line at a time
     */
    public static TlsCost measure(Extent extent, Workplace workplace, Consumer<String> progress)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectory(workplace.folder().resolve("tls"));
        Certificate certificate = Certificate.make(folder);
        Dialer plainDialer = workplace.running(new Dialer(Duration.ZERO));
        Dialer tlsDialer = workplace.running(new Dialer(Duration.ZERO, Optional.of(trusting(certificate))));
        Server plain = workplace.running(
                Server.start(plainDialer, Files.createDirectory(folder.resolve("plain")), Map.of(), List.of()));
        Server tls = workplace.running(Server.start(
                tlsDialer,
                Files.createDirectory(folder.resolve("protected")),
                Map.of(
                        "file-server.tls.client-ports.certificate",
                        certificate.certificate().toString(),
                        "file-server.tls.client-ports.key",
                        certificate.key().toString()),
                List.of()));
        List<Case> cases = new ArrayList<>();
        Map<String, Load> loads = loads(extent);
        for (Map.Entry<String, Load> each : loads.entrySet()) {
            cases.add(each.getValue().of(plain, plainDialer, plainly(each.getKey())));
            cases.add(each.getValue().of(tls, tlsDialer, withTls(each.getKey())));
        }
        Map<String, Samples> results = Rounds.run(cases, extent.warmUp(), extent.rounds(), NO_LIMIT, progress);
        Map<String, Compared> compared = new LinkedHashMap<>();
        loads.keySet()
                .forEach(name ->
                        compared.put(name, new Compared(results.get(plainly(name)), results.get(withTls(name)))));
        Compared connections = compared.remove(CONNECTIONS);
        return new TlsCost(compared, connections);
    }

    private static Map<String, Load> loads(Extent extent) {
        long size = (long) extent.mebibytes() << 20;
        Plan window = new Plan(size, extent.files(), 1, LARGE_BLOCK, IN_FLIGHT * LARGE_BLOCK);
        Plan single = new Plan(size, extent.files(), 1, BLOCK, BLOCK);
        Map<String, Load> loads = new LinkedHashMap<>();
        loads.put("online, 256 KiB × 8 in flight", (server, dialer, name) -> server.load(name, Mode.ONLINE, window));
        loads.put("upload", (server, dialer, name) -> server.load(name, Mode.UPLOAD, single));
        loads.put(
                "download, 256 KiB × 8 in flight", (server, dialer, name) -> server.load(name, Mode.DOWNLOAD, window));
        loads.put(
                CONNECTIONS,
                (server, dialer, name) -> server.load(
                        name, () -> new ConnectionLoad(dialer, server.clients()).run(extent.connections())));
        return loads;
    }

    private static String plainly(String name) {
        return name + ", plain";
    }

    private static String withTls(String name) {
        return name + ", TLS";
    }

    /** Whose TLS it is, on both sides. */
    public static String provider() {
        return OpenSsl.isAvailable() ? "BoringSSL" : "the JDK";
    }

    private static SslContext trusting(Certificate certificate) throws IOException {
        return SslContextBuilder.forClient()
                .trustManager(certificate.certificate().toFile())
                // Without a host to be known by, no connection takes up what another has agreed on: every handshake is
                // a whole one.
                .endpointIdentificationAlgorithm(null)
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .build();
    }
}
