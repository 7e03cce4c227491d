package im.launcher;

import com.google.common.net.HostAndPort;
import im.client.LoginServer;
import im.client.cli.Screen;
import im.netlib.AddressSource;
import im.server.Reasons;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code im demo}: a whole stack, or one that runs already, and a file that goes through it both ways. */
@Command(
        name = "demo",
        description =
                "Start all servers on free ports with fresh data, send a file from alice to bob while both are online and once more"
                        + " while bob is away, and compare what arrived. With --against nothing is started.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:both files arrived and are identical", "1:something failed", "2:the command line is wrong"})
public final class DemoCommand implements Callable<Integer> {
    private static final int LOGIN_SERVER_PORT = 8080;
    private static final Duration LOGIN_SERVER_TIMEOUT = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--against",
            paramLabel = "HOST[:PORT]",
            description = "use the servers behind this login-server, named by its HTTP port (default port: "
                    + LOGIN_SERVER_PORT
                    + "); they must know alice and bob, with the passwords alicepw and bobpw")
    private Optional<String> against = Optional.empty();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "what to send (default: 64 MiB of random bytes)")
    private Optional<Path> file = Optional.empty();

    @Override
    public Integer call() throws Exception {
        Screen screen = Screen.of(spec.commandLine());
        if (file.isPresent() && !Files.isRegularFile(file.get())) {
            screen.error(file.get() + " is not a file");
            return CommandLine.ExitCode.USAGE;
        }
        Optional<HostAndPort> loginServer = against.map(this::address);
        Path folder = Files.createTempDirectory("im-demo-");
        try {
            AddressSource msgServers = loginServer.isPresent()
                    ? new LoginServer(loginServer.get(), LOGIN_SERVER_TIMEOUT)
                    : startServers(screen, Files.createDirectory(folder.resolve("servers")));
            return new Demo(screen, msgServers, folder).run(file)
                    ? CommandLine.ExitCode.OK
                    : CommandLine.ExitCode.SOFTWARE;
        } catch (DemoFailure | IOException e) {
            screen.error("the demo failed: " + Reasons.of(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private HostAndPort address(String text) {
        try {
            HostAndPort address = HostAndPort.fromString(text).withDefaultPort(LOGIN_SERVER_PORT);
            if (!address.getHost().isEmpty()) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // The message below says it better.
        }
        throw new ParameterException(spec.commandLine(), "'" + text + "' is no HOST[:PORT]");
    }

    /** Starts all servers; they stop, and what they kept goes, at the end of the JVM, so that Ctrl-C cleans up too. */
    private static AddressSource startServers(Screen screen, Path folder) throws Exception {
        screen.line("starting database, db-proxy, file-server and msg-server on free ports");
        Standalone standalone = Standalone.start(
                Topology.SMALLEST,
                folder,
                Map.of(
                        "msg-server.client.port", "0",
                        "msg-server.management.port", "0",
                        "file-server.client.port", "0",
                        "file-server.internal.port", "0",
                        "file-server.management.port", "0",
                        "db-proxy.port", "0",
                        "db-proxy.management.port", "0"));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            standalone.close();
                            deleteAll(folder);
                        },
                        "clean up"));
        InetSocketAddress address = standalone.stack().msgServers().get(0).clientAddress();
        return AddressSource.always(HostAndPort.fromParts(address.getAddress().getHostAddress(), address.getPort()));
    }

    /** What the servers kept is of no use to anybody; what bob received stays. */
    private static void deleteAll(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("im: " + folder + " could not be deleted: " + e.getMessage());
        }
    }
}
