package im.bench.scale;

import im.bench.report.Figures;
import im.bench.run.IdleConnections;
import im.bench.run.Workplace;
import im.bench.server.OpenDirectory;
import im.bench.server.OpenFiles;
import im.bench.server.ServerKind;
import im.bench.server.ServerProcess;
import im.bench.wire.Dialer;
import im.bench.wire.Expected;
import im.bench.wire.MsgServerLink;
import im.bench.wire.Users;
import im.proto.base.ClientType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Measures what one user, one who comes or goes, and one message cost a msg-server and a route-server, each a process of its own: what
 * a reckoning of a large deployment starts from. The database behind them, and other msg-servers, are played by this process.
 */
public final class Scale {
    /** Users played elsewhere have ids from here on. */
    static final int ELSEWHERE = 1_000_000;

    private static final int LISTED_AT_ONCE = 250_000;
    private static final int FEW = 2;
    private static final int WARM_UP = 1000;
    private static final int DESKTOPS = 100;
    private static final int PATIENCE_SECONDS = 60;
    private static final int QUIET_MILLIS = 500;
    private static final double MICROS = 1e3;
    private static final double KIB = 1024;

    private final Extent extent;
    private final Consumer<String> progress;
    private final Dialer dialer;
    private final Expected expected;
    private final ServerProcess route;
    private final ServerProcess msg;
    private final int connections;
    private final Map<String, Double> figures = new LinkedHashMap<>();
    /** Every message has another one. */
    private int messages;

    /**
     * How much of everything.
     *
     * @param connections to the msg-server
     * @param elsewhere users at other msg-servers
     * @param links of msg-servers to the route-server, when there are many
     * @param repetitions of what is cheap, of which as many go before to warm up
     */
    public record Extent(int connections, int elsewhere, int links, int repetitions) {
        /** In about three minutes. */
        public static final Extent FULL = new Extent(20_000, 1_000_000, 32, 200_000);
        /** Whether it works. */
        public static final Extent QUICK = new Extent(500, 10_000, 4, 2000);
    }

    private Scale(Extent extent, Workplace workplace, List<String> jvmOptions, Consumer<String> progress)
            throws IOException, InterruptedException {
        this.extent = extent;
        this.progress = progress;
        connections = OpenFiles.connections(extent.connections() + DESKTOPS) - DESKTOPS;
        dialer = workplace.running(new Dialer(Duration.ZERO));
        expected = new Expected(dialer.loop());
        OpenDirectory directory = workplace.running(OpenDirectory.start());
        route = workplace.running(ServerProcess.start(
                ServerKind.ROUTE_SERVER,
                Map.of(),
                jvmOptions,
                workplace.folder().resolve("route-server.log")));
        Map<String, String> settings = new HashMap<>(directory.settings());
        settings.put("msg-server.route-servers", route.port("msg-servers").toString());
        msg = workplace.running(ServerProcess.start(
                ServerKind.MSG_SERVER, settings, jvmOptions, workplace.folder().resolve("msg-server.log")));
    }

    /**
     * @param jvmOptions for the servers
     * @param progress told what happens, a line at a time
     * @return figures by what they are of, with their unit
     */
    public static Map<String, Double> measure(
            Extent extent, Workplace workplace, List<String> jvmOptions, Consumer<String> progress)
            throws IOException, InterruptedException {
        Scale scale = new Scale(extent, workplace, jvmOptions, progress);
        try (Users users = new Users(scale.dialer, scale.msg.address("clients"), scale.expected)) {
            scale.idle(users);
            scale.messagesHere(users);
            scale.news();
            scale.elsewhere(users);
        }
        scale.manyMsgServers();
        return scale.figures;
    }

    private void idle(Users users) throws IOException, InterruptedException {
        // Few at a time: what many would leave behind in the heap would be room for those that are measured.
        for (int done = 0; done < connections; done += WARM_UP) {
            try (Users first = new Users(dialer, msg.address("clients"), expected)) {
                first.logIn(1, WARM_UP, ClientType.CLIENT_TYPE_ANDROID);
            }
            awaitQuiet(msg);
        }
        IdleConnections idle = IdleConnections.measure(msg, users, connections);
        figure("msg-server: memory of an idle connection, KiB", idle.bytes().median() / KIB);
        figure("msg-server: processor time of a login, µs", idle.cpuMicrosPerLogin());
    }

    private void messagesHere(Users users) throws IOException, InterruptedException {
        int pairs = connections / 2;
        figure("msg-server: processor time of a message from one user of its to another, µs", cost(msg, 1, i -> {
            int from = 1 + 2 * (i % pairs);
            users.write(from, from + 1, messages);
            return messages++;
        }));
    }

    /** What desktops are told of somebody who comes or goes elsewhere. */
    private void news() throws IOException, InterruptedException {
        try (MsgServerLink other = await(MsgServerLink.connect(route.port("msg-servers"), dialer.loop(), expected));
                Users desktops = new Users(dialer, msg.address("clients"), expected)) {
            int first = 1 + connections;
            Changes changes = Changes.of(List.of(other));
            desktops.logIn(first, 1, ClientType.CLIENT_TYPE_WINDOWS);
            double one = cost(msg, 1, i -> changes.next());
            desktops.logIn(first + 1, DESKTOPS - 1, ClientType.CLIENT_TYPE_WINDOWS);
            double all = cost(msg, DESKTOPS, i -> changes.next(), extent.repetitions() / DESKTOPS);
            double each = (all - one) / (DESKTOPS - 1);
            figure("msg-server: processor time of somebody who comes or goes elsewhere, µs", one - each);
            figure("msg-server: the same for each desktop that is told, µs", each);
        }
    }

    /** Who is elsewhere, and messages from there and to there. */
    private void elsewhere(Users users) throws IOException, InterruptedException {
        route.collectGarbage();
        msg.collectGarbage();
        long routeBefore = route.cost().memory().orElse(0);
        long msgBefore = msg.cost().memory().orElse(0);
        List<MsgServerLink> links = links((extent.elsewhere() + LISTED_AT_ONCE - 1) / LISTED_AT_ONCE);
        try {
            int each = extent.elsewhere() / links.size();
            for (int i = 0; i < links.size(); i++) {
                await(links.get(i).list(ELSEWHERE + i * each, each));
            }
            awaitQuiet(msg);
            route.collectGarbage();
            msg.collectGarbage();
            figure(
                    "route-server: memory of a user, bytes",
                    (double) (route.cost().memory().orElse(0) - routeBefore) / extent.elsewhere());
            figure(
                    "msg-server: memory of a user elsewhere, bytes",
                    (double) (msg.cost().memory().orElse(0) - msgBefore) / extent.elsewhere());

            MsgServerLink host = links.get(0);
            figure("msg-server: processor time of a message to a user elsewhere, µs", cost(msg, 1, i -> {
                users.write(1 + i % connections, ELSEWHERE + i % each, messages);
                return messages++;
            }));
            figure("msg-server: processor time of a message from a user elsewhere, µs", cost(msg, 1, i -> {
                host.passOn(ELSEWHERE + i % each, 1 + i % connections, messages);
                return messages++;
            }));
        } finally {
            links.forEach(MsgServerLink::close);
        }
    }

    private void manyMsgServers() throws IOException, InterruptedException {
        msg.close();
        List<MsgServerLink> links = new ArrayList<>(links(FEW));
        try {
            Changes atFew = Changes.of(links);
            double few = cost(route, FEW - 1, i -> atFew.next());
            figure("route-server: processor time of a message passed on, µs", cost(route, 1, i -> {
                links.get(0).passOn(Changes.user(0, i), Changes.user(1, i), messages);
                return messages++;
            }));
            links.addAll(links(extent.links() - FEW));
            Changes atMany = Changes.of(links);
            int told = extent.links() - 1;
            double many = cost(route, told, i -> atMany.next(), extent.repetitions() / told);
            double each = (many - few) / (extent.links() - FEW);
            figure("route-server: processor time of somebody who comes or goes, µs", few - (FEW - 1) * each);
            figure("route-server: the same for each msg-server that is told, µs", each);
        } finally {
            links.forEach(MsgServerLink::close);
        }
    }

    private List<MsgServerLink> links(int count) throws IOException, InterruptedException {
        List<MsgServerLink> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(await(MsgServerLink.connect(route.port("msg-servers"), dialer.loop(), expected)));
        }
        return links;
    }

    private double cost(ServerProcess server, int times, IntUnaryOperator send)
            throws IOException, InterruptedException {
        return cost(server, times, send, extent.repetitions());
    }

    /** Microseconds of the server's processor time for each, when up to 100 are under way at a time. */
    private double cost(ServerProcess server, int times, IntUnaryOperator send, int repetitions)
            throws IOException, InterruptedException {
        expected.run(repetitions, times, send);
        Duration before = server.cost().cpu();
        expected.run(repetitions, times, i -> send.applyAsInt(repetitions + i));
        return server.cost().cpu().minus(before).toNanos() / MICROS / repetitions;
    }

    private void figure(String what, double value) {
        figures.put(what, value);
        progress.accept(what + ": " + Figures.number(value));
    }

    /** Waits until it has done what it was told, as far as can be seen from here. */
    private static void awaitQuiet(ServerProcess server) throws IOException, InterruptedException {
        Duration before;
        Duration now = server.cost().cpu();
        do {
            before = now;
            Thread.sleep(QUIET_MILLIS);
            now = server.cost().cpu();
        } while (now.minus(before).toMillis() > QUIET_MILLIS / 10);
    }

    static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("nothing within " + PATIENCE_SECONDS + " s", e);
        }
    }
}
