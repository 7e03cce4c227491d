package im.bench.server;

import com.google.common.net.HostAndPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A server of ours in a JVM of its own, with this one's class path. It ends when it is closed, or when this process ends. */
public final class ServerProcess implements AutoCloseable {
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 20;
    private static final int ANSWER_SECONDS = 30;
    private static final int SETTLING_MILLIS = 1000;
    private static final int SETTLED_BYTES = 1 << 20;

    private final Process process;
    private final Map<String, HostAndPort> ports;

    private final BlockingQueue<String> answers;

    private ServerProcess(Process process, Map<String, HostAndPort> ports, BlockingQueue<String> answers) {
        this.process = process;
        this.ports = ports;
        this.answers = answers;
    }

    /**
     * Starts one and waits until it listens; a msg-server, until users can log in.
     *
     * @param jvmOptions for its JVM
     * @param log where its standard output goes
     */
    public static ServerProcess start(ServerKind kind, Map<String, String> settings, List<String> jvmOptions, Path log)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ServerMain.class.getName(), kind.name()));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        Process process =
                new ProcessBuilder(command).redirectOutput(log.toFile()).start();
        CompletableFuture<Map<String, HostAndPort>> ready = new CompletableFuture<>();
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(process, ready, answers), "stderr of " + kind);
        reader.setDaemon(true);
        reader.start();
        try {
            return new ServerProcess(process, ready.get(START_SECONDS, TimeUnit.SECONDS), answers);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("the " + kind + " did not start: " + e.getMessage() + "; see " + log, e);
        }
    }

    private static void read(
            Process process, CompletableFuture<Map<String, HostAndPort>> ready, BlockingQueue<String> answers) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(ServerMain.READY)) {
                    ready.complete(ServerMain.parsePorts(line));
                } else if (line.startsWith(ServerMain.DONE) || line.startsWith(ServerMain.FAILED)) {
                    answers.add(line);
                } else {
                    System.err.println(line);
                }
            }
        } catch (IOException e) {
            // It has ended.
        }
        ready.completeExceptionally(new IOException("it ended"));
    }

    /** @param name as its kind says */
    public HostAndPort port(String name) {
        return ports.get(name);
    }

    public InetSocketAddress address(String name) {
        return new InetSocketAddress(port(name).getHost(), port(name).getPort());
    }

    /** Has it throw away what it does not need any more, and waits until it has given back to the system what it gives back. */
    public void collectGarbage() throws IOException, InterruptedException {
        ask(ServerMain.COLLECT);
        // The collector gives memory back on a thread of its own, when the collection is over.
        long before;
        long now = cost().memory().orElse(0);
        do {
            before = now;
            Thread.sleep(SETTLING_MILLIS);
            now = cost().memory().orElse(0);
        } while (now < before - SETTLED_BYTES);
    }

    /** From now on it is looked at what its threads do, while they do something. */
    public void startProfile() throws IOException, InterruptedException {
        ask(ServerMain.PROFILE);
    }

    /**
     * Ends what {@link #startProfile} began.
     *
     * @param file for a moment
     */
    public Profile stopProfile(Path file) throws IOException, InterruptedException {
        ask(ServerMain.STOP_PROFILE + file);
        try (Stream<String> stacks = Files.lines(file)) {
            return Profile.of(stacks);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void ask(String request) throws IOException, InterruptedException {
        process.getOutputStream().write((request + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        String answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            throw new IOException("the server did not " + request + " within " + ANSWER_SECONDS + " s");
        }
        if (answer.startsWith(ServerMain.FAILED)) {
            throw new IOException("the server cannot " + request + ": " + answer.substring(ServerMain.FAILED.length()));
        }
    }

    /** What it uses. */
    public ProcessCost cost() {
        return new ProcessCost(process.toHandle());
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
