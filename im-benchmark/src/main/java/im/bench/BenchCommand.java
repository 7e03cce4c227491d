package im.bench;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import im.bench.jmh.Benchmarks;
import im.bench.report.Figures;
import im.bench.report.MessageFigures;
import im.bench.report.ProfileFigures;
import im.bench.report.Table;
import im.bench.report.TlsFigures;
import im.bench.run.Case;
import im.bench.run.MessageRounds;
import im.bench.run.MessageSamples;
import im.bench.run.Rounds;
import im.bench.run.Samples;
import im.bench.run.Server;
import im.bench.run.Workplace;
import im.bench.run.Yard;
import im.bench.scale.Scale;
import im.bench.server.Profile;
import im.bench.suite.Extent;
import im.bench.suite.Suite;
import im.bench.tls.TlsCost;
import im.bench.wire.Dialer;
import im.bench.wire.MessagePlan;
import im.bench.wire.Mode;
import im.bench.wire.Plan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One load, with the yardsticks of the machine beside it. */
@Command(
        name = "bench",
        description =
                "Put a load on a file-server, and measure what the machine itself can do beside it, in turns; or have messages stored"
                        + " and delivered.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was measured, and every byte was right",
            "1:something failed",
            "2:the command line is wrong"
        })
final class BenchCommand implements Callable<Integer> {
    private static final String DEFAULT = " (default: ${DEFAULT-VALUE})";

    private static final Duration NO_LIMIT = Duration.ofDays(1);

    private static final Duration PROFILED = Duration.ofSeconds(5);

    private enum Load {
        ONLINE,
        UPLOAD,
        DOWNLOAD,
        MESSAGE
    }

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Task task;

    private static final class Task {
        @Option(
                names = "--mode",
                required = true,
                description = "one load: files, by the way they go, or messages: ${COMPLETION-CANDIDATES}")
        private Load mode;

        @Option(
                names = "--jmh",
                required = true,
                description =
                        "single pieces of the hot path, with JMH: time, and allocations per block; nothing else counts then")
        private boolean jmh;

        @Option(
                names = "--scale",
                required = true,
                description =
                        "what a user, one who comes or goes, and a message cost a msg-server and a route-server: memory and"
                                + " processor time, in about three minutes; of the other options only --quick,"
                                + " --server-jvm, --folder and --json count")
        private boolean scale;

        @Option(
                names = "--tls",
                required = true,
                description =
                        "what TLS costs a file-server, beside the same loads without it, in about half a minute; of the other"
                                + " options only --quick, --folder and --json count")
        private boolean tls;

        @Option(
                names = "--suite",
                required = true,
                description =
                        "all that docs/benchmarks.md says, in about nine minutes, and write it anew; of the other options only"
                                + " --quick and --docs count")
        private boolean suite;
    }

    @Mixin
    private FileOptions fileOptions;

    @Mixin
    private MessageOptions messageOptions;

    @Option(
            names = "--rtt",
            defaultValue = "0ms",
            converter = Amounts.Time.class,
            description = "to be added to each round trip of each connection" + DEFAULT)
    private Duration roundTrip;

    @Option(
            names = "--warm-up",
            defaultValue = "4s",
            converter = Amounts.Time.class,
            description = "for how long each case runs before the rounds, at least once" + DEFAULT)
    private Duration warmUp;

    @Option(names = "--rounds", defaultValue = "3", description = "after each case has warmed up" + DEFAULT)
    private int rounds;

    @Option(
            names = "--server-jvm",
            paramLabel = "OPTION",
            description = "for the JVM of the server that is started; repeatable")
    private List<String> jvmOptions = List.of();

    @Option(
            names = "--folder",
            description =
                    "where the server that is started, and the disk yardstick, keep their files for the time of the run"
                            + " (default: the folder for temporary files)")
    private Optional<Path> folder = Optional.empty();

    @Option(
            names = "--quick",
            description = "--suite, --scale or --tls in less than 3 minutes: whether it works, not how fast it is")
    private boolean quick;

    @Option(names = "--docs", description = "the folder that the suite writes to" + DEFAULT, defaultValue = "docs")
    private Path docs;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures there, too")
    private Optional<Path> json = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        try {
            if (task.jmh) {
                Benchmarks.run();
            } else if (task.suite) {
                Suite.run(quick ? Extent.QUICK : Extent.FULL, docs, this::progress);
            } else if (task.scale) {
                scale();
            } else if (task.tls) {
                tls();
            } else {
                load();
            }
            return CommandLine.ExitCode.OK;
        } catch (IOException | RunnerException e) {
            spec.commandLine().getErr().println("bench: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private void load() throws IOException, InterruptedException {
        if (task.mode == Load.MESSAGE) {
            messages();
        } else {
            files(Mode.valueOf(task.mode.name()));
        }
    }

    private void messages() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        MessagePlan plan = messageOptions.plan();
        try (Dialer dialer = new Dialer(roundTrip)) {
            String name = messageOptions.name();
            MessageSamples samples = new MessageRounds(warmUp, rounds, messageOptions.duration(), Double.MAX_VALUE)
                    .run(dialer, plan, messageOptions.msgServers(), jvmOptions, folder, this::progress);
            out.println();
            out.print(MessageFigures.table(Map.of(name, samples)).text());
            out.println();
            out.print(MessageFigures.costs(Map.of(name, samples)).text());
            out.flush();
            if (json.isPresent()) {
                Map<String, Object> all = messageOptions.json();
                all.put("rounds", rounds);
                all.put("figures", MessageFigures.json(samples));
                Files.writeString(json.get(), json(all));
            }
        }
    }

    private void scale() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Workplace workplace = Workplace.create(folder)) {
            Map<String, Double> figures = Scale.measure(
                    quick ? Scale.Extent.QUICK : Scale.Extent.FULL, workplace, jvmOptions, this::progress);
            Table table = new Table("what", "figure");
            figures.forEach((what, figure) -> table.row(what, Figures.number(figure)));
            out.println();
            out.print(table.text());
            out.flush();
            if (json.isPresent()) {
                Files.writeString(json.get(), json(figures));
            }
        }
    }

    private void tls() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Workplace workplace = Workplace.create(folder)) {
            TlsCost cost =
                    TlsCost.measure(quick ? TlsCost.Extent.QUICK : TlsCost.Extent.FULL, workplace, this::progress);
            out.println();
            out.print(TlsFigures.loads(cost).text());
            out.println();
            out.print(TlsFigures.connections(cost).text());
            out.flush();
            if (json.isPresent()) {
                Files.writeString(json.get(), json(TlsFigures.json(cost)));
            }
        }
    }

    private void files(Mode mode) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Plan plan = fileOptions.plan();
        try (Workplace workplace = Workplace.create(folder)) {
            String name = mode.name().toLowerCase(Locale.ROOT);
            Dialer dialer = workplace.running(new Dialer(roundTrip));
            Yard yard = workplace.running(Yard.open(dialer, workplace.folder(), List.of()));
            Server server = workplace.running(fileOptions.server(workplace, dialer, jvmOptions));
            Case load = server.load(name, mode, plan);
            Map<String, Samples> results =
                    Rounds.run(beside(yard, load, mode, plan), warmUp, rounds, NO_LIMIT, this::progress);
            out.println();
            out.print(Figures.table(results).text());
            out.println();
            out.print(ratios(name, results).text());
            Map<String, Object> figures = json(name, results);
            if (fileOptions.isProfiled()) {
                Profile seen = server.profile(load, PROFILED);
                out.println();
                out.print(ProfileFigures.table(name, seen).text());
                figures.put("profile", ProfileFigures.json(seen));
            }
            out.flush();
            if (json.isPresent()) {
                Files.writeString(json.get(), json(figures));
            }
        }
    }

    private static List<Case> beside(Yard yard, Case load, Mode mode, Plan plan) {
        List<Case> cases = new ArrayList<>();
        cases.add(load);
        cases.add(yard.raw(plan));
        switch (mode) {
            case ONLINE -> {
                cases.add(yard.nettyStream(plan));
                cases.add(yard.nettyRelay("Netty relay, the same blocks", plan));
                yard.spliceRelay("splice relay, the same blocks", plan).ifPresent(cases::add);
            }
            case UPLOAD -> cases.add(yard.disk(plan));
            case DOWNLOAD -> cases.add(yard.transferTo(plan));
        }
        return cases;
    }

    private void progress(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }

    /** How much of what the machine can do is reached. */
    private static Table ratios(String name, Map<String, Samples> results) {
        Table table = new Table(name + ", compared with", "throughput", "CPU");
        Samples load = results.get(name);
        results.forEach((other, samples) -> {
            if (!other.equals(name)) {
                table.row(other, Figures.ratio(load.throughputOver(samples)), Figures.ratio(load.cpuOver(samples)));
            }
        });
        return table;
    }

    private Map<String, Object> json(String name, Map<String, Samples> results) {
        Map<String, Object> cases = new LinkedHashMap<>();
        results.forEach((each, samples) -> cases.put(each, Figures.json(samples)));
        Map<String, Object> all = fileOptions.json(name, roundTrip);
        all.put("rounds", rounds);
        all.put("cases", cases);
        return all;
    }

    private static String json(Map<String, ?> values) {
        return ConfigValueFactory.fromMap(values)
                .render(ConfigRenderOptions.concise().setFormatted(true));
    }
}
