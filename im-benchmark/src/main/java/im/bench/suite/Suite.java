package im.bench.suite;

import im.bench.report.Figures;
import im.bench.run.Case;
import im.bench.run.IdleConnections;
import im.bench.run.MessageSamples;
import im.bench.run.Rounds;
import im.bench.run.Samples;
import im.bench.run.Server;
import im.bench.run.Workplace;
import im.bench.run.Yard;
import im.bench.server.OpenDirectory;
import im.bench.server.OpenFiles;
import im.bench.server.Profile;
import im.bench.server.ServerKind;
import im.bench.server.ServerProcess;
import im.bench.tls.TlsCost;
import im.bench.wire.Dialer;
import im.bench.wire.Expected;
import im.bench.wire.MessagePlan;
import im.bench.wire.Mode;
import im.bench.wire.Plan;
import im.bench.wire.Users;
import im.proto.base.ClientType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures everything once, and says what it found. */
public final class Suite {
    static final String ONLINE = "online, 64 MiB × 1";
    static final String ONLINE_32 = "online, 8 MiB × 32";
    static final String ONLINE_WINDOW = "online, 64 MiB × 1, 256 KiB × 8 in flight";
    static final String OWN_CLIENTS = "online, 64 MiB × 1, our own clients";
    static final String UPLOAD = "upload, 64 MiB × 1";
    static final String UPLOAD_IN_MEMORY = "upload, 64 MiB × 1, store in memory";
    static final String DOWNLOAD = "download, 64 MiB × 1, 256 KiB × 8 in flight";
    static final String DOWNLOAD_SINGLE = "download, 64 MiB × 1";
    static final String SMALL_ONLINE = "online, 64 KiB × 8";
    static final String SMALL_UPLOAD = "upload, 64 KiB × 8";
    static final String SMALL_UPLOAD_IN_MEMORY = "upload, 64 KiB × 8, store in memory";
    static final String SMALL_DOWNLOAD = "download, 64 KiB × 8";
    static final String NETTY = "Netty relay, 64 MiB × 1";
    static final String NETTY_32 = "Netty relay, 8 MiB × 32";
    static final String SPLICE = "splice relay, 64 MiB × 1";
    static final String SPLICE_32 = "splice relay, 8 MiB × 32";

    static final String MESSAGES_1 = "one msg-server";
    static final String MESSAGES_2 = "from one msg-server to another";

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int BLOCK = 32 * KIB;
    private static final int LARGE_BLOCK = 256 * KIB;
    private static final int IN_FLIGHT = 8;
    private static final int MANY = 32;
    private static final int SMALL_AT_A_TIME = 8;
    private static final int SWEEP_FILE = MIB;
    private static final int MESSAGE = 100;
    /** A file in memory, where there is such a thing. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Extent extent;
    private final Workplace workplace;
    private final Workplace memory;
    private final Consumer<String> progress;
    private final Dialer dialer;
    private final Yard yard;
    private final Server server;
    private final Server inMemory;
    /** Those that are to be looked into. */
    private final Map<Case, Server> hot = new LinkedHashMap<>();

    private Suite(Extent extent, Workplace disk, Workplace memory, Consumer<String> progress)
            throws IOException, InterruptedException {
        this.extent = extent;
        this.workplace = disk;
        this.memory = memory;
        this.progress = progress;
        dialer = disk.running(new Dialer(Duration.ZERO));
        yard = disk.running(Yard.open(dialer, disk.folder(), List.of()));
        server = disk.running(Server.start(dialer, disk.folder(), Map.of(), List.of()));
        inMemory = memory.running(Server.start(dialer, memory.folder(), Map.of(), List.of()));
    }

    /**
     * @param docs the folder that gets the page
     * @param progress told what happens, a line at a time
     */
    public static void run(Extent extent, Path docs, Consumer<String> progress)
            throws IOException, InterruptedException {
        Page.write(extent, Machine.here(), findings(extent, progress), docs);
        progress.accept("written: " + docs.resolve(Page.NAME));
    }

    private static Findings findings(Extent extent, Consumer<String> progress)
            throws IOException, InterruptedException {
        try (Workplace disk = Workplace.create(Optional.empty());
                Workplace memory = Workplace.create(Optional.of(MEMORY).filter(Files::isWritable))) {
            Suite suite = new Suite(extent, disk, memory, progress);
            return new Findings(
                    suite.cases(),
                    suite.profiles(),
                    suite.sweep(),
                    suite.idle(),
                    suite.messages(),
                    TlsCost.measure(extent.tls(), memory, progress));
        }
    }

    private Map<String, Samples> cases() throws IOException, InterruptedException {
        Plan large = new Plan(64 * MIB, extent.mebibytes() / 64, 1, BLOCK, BLOCK);
        Plan many = new Plan(8 * MIB, Math.max(MANY, extent.mebibytes() / 8), MANY, BLOCK, BLOCK);
        Plan window = new Plan(64 * MIB, large.count(), 1, LARGE_BLOCK, IN_FLIGHT * LARGE_BLOCK);
        Plan small = new Plan(64 * KIB, extent.smallFiles(), SMALL_AT_A_TIME, BLOCK, BLOCK);
        OwnClients clients = ownClients();

        List<Case> cases = new ArrayList<>();
        cases.add(yard.raw(large));
        cases.add(yard.nettyStream(large));
        cases.add(yard.nettyHashing(large));
        cases.add(server.load(OWN_CLIENTS, () -> clients.run(large)).slowToWarmUp());
        cases.add(hot(server, ONLINE_WINDOW, Mode.ONLINE, window));
        yard.spliceRelay(SPLICE, large).ifPresent(cases::add);
        cases.add(hot(server, ONLINE, Mode.ONLINE, large));
        cases.add(yard.nettyRelay(NETTY, large));
        yard.spliceRelay(SPLICE_32, many).ifPresent(cases::add);
        cases.add(hot(server, ONLINE_32, Mode.ONLINE, many));
        cases.add(yard.nettyRelay(NETTY_32, many));
        cases.add(yard.disk(large));
        cases.add(server.load(UPLOAD, Mode.UPLOAD, large));
        cases.add(hot(inMemory, UPLOAD_IN_MEMORY, Mode.UPLOAD, large));
        cases.add(yard.transferTo(large));
        cases.add(hot(server, DOWNLOAD, Mode.DOWNLOAD, window));
        cases.add(hot(server, DOWNLOAD_SINGLE, Mode.DOWNLOAD, large));
        cases.add(hot(server, SMALL_ONLINE, Mode.ONLINE, small));
        cases.add(server.load(SMALL_UPLOAD, Mode.UPLOAD, small).slowToWarmUp());
        cases.add(hot(inMemory, SMALL_UPLOAD_IN_MEMORY, Mode.UPLOAD, small).slowToWarmUp());
        cases.add(hot(server, SMALL_DOWNLOAD, Mode.DOWNLOAD, small));
        return Rounds.run(cases, extent.warmUp(), extent.rounds(), extent.roundsLimit(), progress);
    }

    private Case hot(Server of, String name, Mode mode, Plan plan) throws IOException, InterruptedException {
        Case made = of.load(name, mode, plan);
        hot.put(made, of);
        return made;
    }

    private Map<String, Profile> profiles() throws InterruptedException {
        Map<String, Profile> profiles = new LinkedHashMap<>();
        try {
            for (Map.Entry<Case, Server> each : hot.entrySet()) {
                String name = each.getKey().name();
                Profile profile = each.getValue().profile(each.getKey(), extent.profiled());
                profiles.put(name, profile);
                Profile.Frame largest = profile.largestOfOurs();
                progress.accept(String.format(
                        "profile  %-36s the largest of ours: %s %s",
                        name, largest.name(), Figures.percent(largest.share())));
            }
        } catch (IOException e) {
            progress.accept(e.getMessage());
        }
        return profiles;
    }

    private OwnClients ownClients() throws IOException, InterruptedException {
        Map<String, String> settings =
                new HashMap<>(workplace.running(OpenDirectory.start()).settings());
        settings.put("msg-server.file-servers", server.internal().toString());
        ServerProcess msgServer = workplace.running(ServerProcess.start(
                ServerKind.MSG_SERVER, settings, List.of(), workplace.folder().resolve("msg-server.log")));
        return workplace.running(new OwnClients(
                msgServer.port("clients"),
                yard.file(),
                Files.createDirectory(memory.folder().resolve("inbox"))));
    }

    private Map<String, Map<Integer, Samples>> sweep() throws IOException, InterruptedException {
        List<Case> cases = new ArrayList<>();
        Map<String, Map<Integer, String>> names = new LinkedHashMap<>();
        for (int wanted : extent.concurrencies()) {
            int concurrency = OpenFiles.connections(2 * wanted) / 2;
            Plan plan = new Plan(SWEEP_FILE, Math.max(extent.mebibytes(), concurrency), concurrency, BLOCK, BLOCK);
            add(cases, names, concurrency, "online", name -> server.load(name, Mode.ONLINE, plan));
            add(cases, names, concurrency, "Netty relay", name -> yard.nettyRelay(name, plan));
            add(cases, names, concurrency, "upload, store in memory", name -> inMemory.load(name, Mode.UPLOAD, plan));
            add(cases, names, concurrency, "download", name -> server.load(name, Mode.DOWNLOAD, plan));
        }
        Map<String, Samples> results =
                Rounds.run(cases, Duration.ZERO, extent.sweepRounds(), extent.sweepLimit(), progress);
        Map<String, Map<Integer, Samples>> sweep = new LinkedHashMap<>();
        names.forEach((kind, byConcurrency) -> {
            Map<Integer, Samples> points = new LinkedHashMap<>();
            byConcurrency.forEach((concurrency, name) -> points.put(concurrency, results.get(name)));
            sweep.put(kind, points);
        });
        return sweep;
    }

    private interface CaseMaker {
        Case make(String name) throws IOException, InterruptedException;
    }

    private static void add(
            List<Case> cases, Map<String, Map<Integer, String>> names, int concurrency, String kind, CaseMaker maker)
            throws IOException, InterruptedException {
        String name = kind + ", 1 MiB × " + concurrency;
        cases.add(maker.make(name));
        names.computeIfAbsent(kind, any -> new LinkedHashMap<>()).put(concurrency, name);
    }

    private Findings.Idle idle() throws IOException, InterruptedException {
        int connections = OpenFiles.connections(extent.idle());
        if (connections < extent.idle()) {
            progress.accept("only " + connections + " idle connections instead of " + extent.idle()
                    + ": a process may have " + OpenFiles.limit() + " open files here (ulimit -Hn)");
        }
        try (OpenDirectory directory = OpenDirectory.start();
                ServerProcess msgServer = ServerProcess.start(
                        ServerKind.MSG_SERVER,
                        directory.settings(),
                        IdleConnections.JVM_OPTIONS,
                        workplace.folder().resolve("idle.log"));
                Users users = new Users(dialer, msgServer.address("clients"), new Expected(dialer.loop()))) {
            warmUp(msgServer);
            IdleConnections idle = IdleConnections.measure(msgServer, users, connections);
            progress.accept(String.format(
                    "%d idle connections: %.1f KiB each, %.0f logins/s",
                    connections, idle.bytes().median() / KIB, idle.loginsPerSecond()));
            return new Findings.Idle(extent.idle(), idle);
        }
    }

    private Map<String, MessageSamples> messages() throws IOException, InterruptedException {
        MessagePlan plan = new MessagePlan(extent.pairs(), MESSAGE);
        Map<String, MessageSamples> samples = new LinkedHashMap<>();
        samples.put(MESSAGES_1, extent.messages().run(dialer, plan, 1, List.of(), Optional.empty(), progress));
        samples.put(MESSAGES_2, extent.messages().run(dialer, plan, 2, List.of(), Optional.empty(), progress));
        return samples;
    }

    /** What a msg-server has once for everybody, it has then. */
    private void warmUp(ServerProcess msgServer) throws IOException, InterruptedException {
        try (Users first = new Users(dialer, msgServer.address("clients"), new Expected(dialer.loop()))) {
            first.logIn(1, Math.min(1000, extent.idle()), ClientType.CLIENT_TYPE_ANDROID);
        }
    }
}
