package im.bench;

import com.google.common.net.HostAndPort;
import im.bench.run.Server;
import im.bench.run.Workplace;
import im.bench.server.ProcessCost;
import im.bench.wire.Dialer;
import im.bench.wire.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which files go how, and through which file-server, with the other modes than {@code --mode message}. */
final class FileOptions {
    private static final String DEFAULT = "; files only (default: ${DEFAULT-VALUE})";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--size",
            defaultValue = "64MiB",
            converter = Amounts.Bytes.class,
            description = "of each file" + DEFAULT)
    private long size;

    @Option(names = "--count", defaultValue = "16", description = "of files in each round" + DEFAULT)
    private int count;

    @Option(names = "--concurrency", defaultValue = "1", description = "transfers at a time" + DEFAULT)
    private int concurrency;

    @Option(
            names = "--block",
            defaultValue = "32KiB",
            converter = Amounts.Bytes.class,
            description = "what is asked for at a time; by the server itself for an upload" + DEFAULT)
    private long block;

    @Option(
            names = "--window",
            converter = Amounts.Bytes.class,
            description =
                    "what may be asked for and not yet answered; files only (default: one block, and of an upload what the"
                            + " server's own default is)")
    private Long window;

    @Option(
            names = "--file-server-internal",
            paramLabel = "HOST:PORT",
            description =
                    "the port for msg-servers of a file-server that runs already; files that it stores for this stay in it"
                            + " until they expire (default: one is started, in a process of its own)")
    private Optional<String> internal = Optional.empty();

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            description = "the process of that file-server, if it is on this machine: what it costs is measured then")
    private Optional<Long> pid = Optional.empty();

    @Option(
            names = "--profile",
            description =
                    "afterwards, say in what methods and system calls the server that is started spends its processor time under this"
                            + " load; files only")
    private boolean profile;

    Plan plan() {
        try {
            return new Plan(size, count, concurrency, Math.toIntExact(block), window == null ? block : window);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }

    /** The one that gets the load. */
    Server server(Workplace workplace, Dialer dialer, List<String> jvmOptions)
            throws IOException, InterruptedException {
        if (internal.isPresent() && profile) {
            throw new ParameterException(command.commandLine(), "--profile is for a server that is started here");
        }
        if (internal.isPresent()) {
            return Server.at(
                    dialer,
                    HostAndPort.fromString(internal.get()),
                    pid.flatMap(ProcessHandle::of).map(ProcessCost::new));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("file-server.transfer.upload-block", String.valueOf(block));
        if (window != null) {
            settings.put("file-server.transfer.upload-window", String.valueOf(window));
        }
        return Server.start(dialer, workplace.folder(), settings, jvmOptions);
    }

    boolean isProfiled() {
        return profile;
    }

    Map<String, Object> json(String mode, Duration roundTrip) {
        Plan plan = plan();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("mode", mode);
        values.put("size", plan.size());
        values.put("count", plan.count());
        values.put("concurrency", plan.concurrency());
        values.put("block", plan.block());
        values.put("window", plan.window());
        values.put("rttMillis", roundTrip.toMillis());
        return values;
    }
}
