package im.bench;

import com.google.common.net.HostAndPort;
import im.bench.run.Case;
import im.bench.server.ProcessCost;
import im.bench.server.ServerKind;
import im.bench.server.ServerProcess;
import im.bench.wire.Dialer;
import im.bench.wire.FileServerLoad;
import im.bench.wire.FileTask;
import im.bench.wire.Mode;
import im.bench.wire.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file-server that gets loads. */
final class Server implements AutoCloseable {
    private final FileServerLoad load;
    private final Optional<ProcessCost> cost;
    private final Runnable stop;

    private Server(FileServerLoad load, Optional<ProcessCost> cost, Runnable stop) {
        this.load = load;
        this.cost = cost;
        this.stop = stop;
    }

    /** One that runs already. */
    static Server at(Dialer dialer, HostAndPort internal, Optional<ProcessCost> cost)
            throws IOException, InterruptedException {
        return new Server(FileServerLoad.connect(dialer, internal), cost, () -> {});
    }

    /**
     * Starts one.
     *
     * @param folder for its store and its log
     * @param settings of the file-server, by full key
     */
    static Server start(Dialer dialer, Path folder, Map<String, String> settings, List<String> jvmOptions)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("file-server.store.folder", folder.resolve("files").toString());
        ServerProcess process =
                ServerProcess.start(ServerKind.FILE_SERVER, all, jvmOptions, folder.resolve("file-server.log"));
        return new Server(
                FileServerLoad.connect(dialer, process.port("internal")), Optional.of(process.cost()), process::close);
    }

    /** What this mode needs is stored at once, so that measuring begins with the load itself. */
    Case load(String name, Mode mode, Plan plan) throws IOException, InterruptedException {
        return switch (mode) {
            case ONLINE -> new Case(name, cost, () -> load.online(plan));
            case UPLOAD -> new Case(name, cost, () -> load.upload(plan));
            case DOWNLOAD -> {
                List<FileTask> stored = load.store(plan);
                yield new Case(name, cost, () -> load.download(plan, stored));
            }
        };
    }

    @Override
    public void close() {
        load.close();
        stop.run();
    }
}
