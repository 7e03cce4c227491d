package im.bench.run;

import com.google.common.base.Ascii;
import com.google.common.net.HostAndPort;
import im.bench.server.ProcessCost;
import im.bench.server.Profile;
import im.bench.server.ServerKind;
import im.bench.server.ServerProcess;
import im.bench.wire.Dialer;
import im.bench.wire.FileServerLoad;
import im.bench.wire.FileTask;
import im.bench.wire.Mode;
import im.bench.wire.Outcome;
import im.bench.wire.Plan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** A file-server that gets loads. */
public final class Server implements AutoCloseable {
    private static final int TASK_ID_LENGTH = 36;

    private final HostAndPort internal;
    private final FileServerLoad load;
    private final Optional<ProcessCost> cost;
    private final Optional<Path> store;
    private final Optional<ServerProcess> process;

    private Server(
            HostAndPort internal,
            FileServerLoad load,
            Optional<ProcessCost> cost,
            Optional<Path> store,
            Optional<ServerProcess> process) {
        this.internal = internal;
        this.load = load;
        this.cost = cost;
        this.store = store;
        this.process = process;
    }

    /** One that runs already. */
    public static Server at(Dialer dialer, HostAndPort internal, Optional<ProcessCost> cost)
            throws IOException, InterruptedException {
        return new Server(internal, FileServerLoad.connect(dialer, internal), cost, Optional.empty(), Optional.empty());
    }

    /**
     * Starts one.
     *
     * @param folder for its store and its log
     * @param settings of the file-server, by full key
     */
    public static Server start(Dialer dialer, Path folder, Map<String, String> settings, List<String> jvmOptions)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(settings);
        Path store = folder.resolve("files");
        all.put("file-server.store.folder", store.toString());
        ServerProcess process =
                ServerProcess.start(ServerKind.FILE_SERVER, all, jvmOptions, folder.resolve("file-server.log"));
        return new Server(
                process.port("internal"),
                FileServerLoad.connect(dialer, process.port("internal")),
                Optional.of(process.cost()),
                Optional.of(store),
                Optional.of(process));
    }

    /** The port for msg-servers. */
    public HostAndPort internal() {
        return internal;
    }

    /** The port for clients, of one that was started here. */
    public InetSocketAddress clients() {
        return process.orElseThrow().address("clients");
    }

    /** What its process costs while something else puts a load on it. */
    public Case load(String name, Case.Work work) {
        return new Case(name, cost, work);
    }

    /** What this mode needs is stored at once, so that measuring begins with the load itself. */
    public Case load(String name, Mode mode, Plan plan) throws IOException, InterruptedException {
        return switch (mode) {
            case ONLINE -> new Case(name, cost, () -> load.online(plan));
            case UPLOAD -> new Case(name, cost, () -> upload(plan));
            case DOWNLOAD -> {
                List<FileTask> stored = load.store(plan);
                yield new Case(name, cost, () -> load.download(plan, stored));
            }
        };
    }

    /**
     * Does a load over and over, and looks at what the server does meanwhile, which is one that was started here.
     *
     * @param duration at least
     */
    public Profile profile(Case of, Duration duration) throws IOException, InterruptedException {
        ServerProcess started = process.orElseThrow();
        long end = System.nanoTime() + duration.toNanos();
        started.startProfile();
        do {
            of.work().run();
        } while (System.nanoTime() < end);
        return started.stopProfile(store.orElseThrow().resolveSibling("profile"));
    }

    /** A store of which the folder is known is emptied again, so that a long run needs no large disk. */
    private Outcome upload(Plan plan) throws IOException, InterruptedException {
        Queue<FileTask> stored = new ConcurrentLinkedQueue<>();
        Outcome outcome = load.upload(plan, stored);
        if (store.isPresent()) {
            Set<String> ids = stored.stream().map(FileTask::id).collect(Collectors.toSet());
            Files.walkFileTree(store.get(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (ids.contains(beginningOf(file))) {
                        Files.deleteIfExists(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                /** The server itself is still deleting what an upload needed while it came in. */
                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        }
        return outcome;
    }

    /** The name of a stored file is its task id, and something that is the store's own affair. */
    private static String beginningOf(Path file) {
        return Ascii.truncate(file.getFileName().toString(), TASK_ID_LENGTH, "");
    }

    @Override
    public void close() {
        load.close();
        process.ifPresent(ServerProcess::close);
    }
}
