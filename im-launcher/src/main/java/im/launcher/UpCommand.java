package im.launcher;

import com.google.common.net.HostAndPort;
import im.server.BadConfiguration;
import im.server.Reasons;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code im up}: the whole stack until Ctrl-C. */
@Command(
        name = "up",
        description = "Run all servers in one process until Ctrl-C, with an embedded database.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "1:could not start",
            "2:the command line or a setting is wrong",
            "130, 143:stopped as asked, by Ctrl-C or SIGTERM"
        })
public final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "where the database and the files are kept (default: ${DEFAULT-VALUE})",
            defaultValue = "data")
    private Path data;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "one setting of any server, such as msg-server.client.port=9000; port 0 takes a free one; repeatable")
    private Map<String, String> overrides = Map.of();

    @Option(
            names = "--msg-servers",
            paramLabel = "N",
            description =
                    "msg-servers; several need a route-server or a Redis, and clients find one through the login-server that"
                            + " comes with them (default: ${DEFAULT-VALUE})",
            defaultValue = "1")
    private int msgServers;

    @Option(
            names = "--file-servers",
            paramLabel = "N",
            description =
                    "file-servers, each with a folder of its own; what waits in one that is not started again cannot be"
                            + " fetched until it is (default: ${DEFAULT-VALUE})",
            defaultValue = "1")
    private int fileServers;

    @Option(
            names = "--route-servers",
            paramLabel = "N",
            description = "route-servers (default: ${DEFAULT-VALUE})",
            defaultValue = "0")
    private int routeServers;

    @Option(
            names = "--redis",
            paramLabel = "URL",
            description = "a Redis that runs already and makes the msg-servers one instead of route-servers:"
                    + " redis://[[USER]:PASSWORD@]HOST[:PORT]")
    private Optional<String> redis = Optional.empty();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Standalone standalone;
        try {
            standalone = Standalone.start(
                    new Topology(msgServers, fileServers, routeServers, redis), data.toAbsolutePath(), overrides);
        } catch (BadConfiguration | IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (Exception e) {
            spec.commandLine().getErr().println("could not start: " + Reasons.of(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            standalone.close();
                            stopped.countDown();
                        },
                        "stop"));
        describe(standalone, out);
        stopped.await();
        return CommandLine.ExitCode.OK;
    }

    private void describe(Standalone standalone, PrintWriter out) {
        Stack stack = standalone.stack();
        stack.loginServer().ifPresent(login -> {
            line(out, "login-server", "http", List.of(login.httpAddress()));
            line(out, "login-server", "for clients", List.of(login.clientAddress()));
            line(out, "login-server", "for msg-servers", List.of(login.internalAddress()));
        });
        stack.msgServers().forEach(server -> line(out, "msg-server", "for clients", List.of(server.clientAddress())));
        stack.fileServers().forEach(server -> {
            line(out, "file-server", "for clients", server.clientAddresses());
            line(out, "file-server", "for msg-servers", server.internalAddresses());
        });
        stack.routeServers().forEach(server -> line(out, "route-server", "for msg-servers", List.of(server.address())));
        line(out, "db-proxy", "for msg-servers", List.of(stack.dbProxy().address()));
        stack.managed().forEach(each -> line(out, each.server(), "for operators", List.of(each.address())));
        out.println();
        watch(stack, "msg-server").forEach(page -> out.println("watch    " + page + "   who is logged in"));
        watch(stack, "file-server").forEach(page -> out.println("watch    " + page + "   files on their way"));
        out.println("data     " + data.toAbsolutePath().normalize());
        if (standalone.hasEmbeddedDatabase()) {
            out.println("users    " + FirstUsers.DESCRIPTION);
        }
        out.println("try      IM_PASSWORD=alicepw bin/im send --server "
                + Stack.addresses(List.of(stack.msgServers().get(0).clientAddress())) + " --as alice --to bob FILE");
        out.println("stop     Ctrl-C");
        out.flush();
    }

    /** Where the pages of these servers are. */
    private static List<String> watch(Stack stack, String server) {
        return stack.managed().stream()
                .filter(each -> each.server().equals(server))
                .map(each -> "http://" + Stack.addresses(List.of(each.address())) + "/")
                .toList();
    }

    private static void line(PrintWriter out, String server, String purpose, List<InetSocketAddress> addresses) {
        for (InetSocketAddress address : addresses) {
            out.printf(
                    "%-12s %-16s %s%n",
                    server, purpose, HostAndPort.fromParts(address.getAddress().getHostAddress(), address.getPort()));
        }
    }
}
