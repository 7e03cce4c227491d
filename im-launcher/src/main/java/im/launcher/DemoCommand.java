package im.launcher;

import im.client.cli.Screen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code im demo}: a whole stack, and a file that goes through it both ways. */
@Command(
        name = "demo",
        description =
                "Start all servers on free ports with fresh data, send a file from alice to bob while both are online and once more"
                        + " while bob is away, and compare what arrived.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:both files arrived and are identical", "1:something failed", "2:the command line is wrong"})
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "what to send (default: 64 MiB of random bytes)")
    private Optional<Path> file = Optional.empty();

    @Override
    public Integer call() throws Exception {
        Screen screen = Screen.of(spec.commandLine());
        if (file.isPresent() && !Files.isRegularFile(file.get())) {
            screen.error(file.get() + " is not a file");
            return CommandLine.ExitCode.USAGE;
        }
        Path folder = Files.createTempDirectory("im-demo-");
        Path servers = Files.createDirectory(folder.resolve("servers"));
        screen.line("starting database, db-proxy, file-server and msg-server on free ports");
        try {
            Standalone standalone = Standalone.start(
                    Topology.SMALLEST,
                    servers,
                    Map.of(
                            "msg-server.client.port", "0",
                            "file-server.client.port", "0",
                            "file-server.internal.port", "0",
                            "db-proxy.port", "0"));
            // At the end of the JVM, so that Ctrl-C cleans up too.
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                standalone.close();
                                deleteAll(servers);
                            },
                            "clean up"));
            Demo demo = new Demo(screen, standalone.stack().msgServers().get(0).clientAddress(), folder);
            return demo.run(file) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        } catch (DemoFailure | IOException e) {
            screen.error("the demo failed: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
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
