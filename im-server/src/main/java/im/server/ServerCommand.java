package im.server;

import im.server.management.ManagementPort;
import im.server.management.Telemetry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * The command line of every server: read the configuration, start, stay until SIGTERM or Ctrl-C, stop in order.
 *
 * <p>Exit codes: 0 the configuration is good; 1 could not start; 2 the command line or the configuration is wrong; what the JVM makes
 * of a signal when it was stopped.
 *
 * @param <C> the server's configuration record
 */
@CommandLine.Command(
        mixinStandardHelpOptions = true,
        versionProvider = ServerCommand.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the configuration is good",
            "1:could not start",
            "2:the command line or the configuration is wrong",
            "130, 143:stopped as asked, by Ctrl-C or SIGTERM"
        })
public final class ServerCommand<C> implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServerCommand.class);

    /** Starts a server. */
    public interface Starter<C> {
        /** @param telemetry is to be filled with what the server says about itself */
        RunningServer start(C configuration, Telemetry telemetry) throws Exception;
    }

    private final String name;
    private final Function<Settings, C> reader;
    private final Starter<C> starter;

    @CommandLine.Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "HOCON file with settings over the built-in ones")
    private Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting, over everything else; repeatable")
    private Map<String, String> overrides = Map.of();

    @Option(names = "--check-config", description = "read the configuration, say what is wrong with it, and exit")
    private boolean checkOnly;

    private ServerCommand(String name, Function<Settings, C> reader, Starter<C> starter) {
        this.name = name;
        this.reader = reader;
        this.starter = starter;
    }

    /**
     * @param name of the server, which is also the key of its settings
     * @param description one sentence for {@code --help}
     * @param reader makes the configuration record of the settings below {@code name}
     */
    public static <C> CommandLine commandLine(
            String name, String description, Function<Settings, C> reader, Starter<C> starter) {
        CommandLine line = new CommandLine(new ServerCommand<>(name, reader, starter));
        CommandSpec spec = line.getCommandSpec();
        spec.name("im-" + name).usageMessage().description(description);
        line.setParameterExceptionHandler((wrong, args) -> {
            CommandLine about = wrong.getCommandLine();
            about.getErr().println(wrong.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(wrong, about.getErr());
            about.getErr().println("'" + about.getCommandSpec().qualifiedName() + " --help' explains it.");
            return CommandLine.ExitCode.USAGE;
        });
        return line.setExecutionExceptionHandler((e, failed, parsed) -> {
            if (e instanceof BadConfiguration) {
                failed.getErr().println(e.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            if (e instanceof IOException) {
                // A port or a folder that cannot be had: the message says which, a stack says nothing more.
                log.error("{}: could not start: {}", name, Reasons.of(e));
            } else {
                log.error("{}: could not start", name, e);
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
    }

    /** The configuration that these options make; for commands beside the server's own. */
    public C configuration() {
        return reader.apply(settings());
    }

    private Settings settings() {
        return Settings.load(Optional.ofNullable(config), overrides).at(name);
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = settings();
        C configuration = reader.apply(settings);
        InetSocketAddress management = settings.listenAddress("management");
        if (checkOnly) {
            spec.commandLine().getOut().println("the configuration is good");
            return CommandLine.ExitCode.OK;
        }
        Telemetry telemetry = new Telemetry();
        telemetry.meterProcess();
        try (ManagementPort port = ManagementPort.start(name, management, telemetry)) {
            RunningServer server = starter.start(configuration, telemetry);
            telemetry.started();
            CountDownLatch stopped = new CountDownLatch(1);
            StopSignals signals = StopSignals.listen();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, telemetry, signals, stopped), "stop"));
            log.info("{}: started; how it is doing is told on {}", name, port.address());
            stopped.await();
            return CommandLine.ExitCode.OK;
        }
    }

    private void stop(RunningServer server, Telemetry telemetry, StopSignals signals, CountDownLatch stopped) {
        log.info("{}: stopping; a second signal ends what is under way", name);
        telemetry.stopping();
        try {
            CompletableFuture.anyOf(server.drain(), signals.second()).join();
            server.close();
        } catch (Exception e) {
            log.error("{}: did not stop in order", name, e);
        }
        log.info("{}: stopped", name);
        stopped.countDown();
    }

    /** The version in the manifest of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"${COMMAND-FULL-NAME} " + ServerVersion.text()};
        }
    }
}
