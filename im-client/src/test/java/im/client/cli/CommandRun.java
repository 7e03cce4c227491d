package im.client.cli;

import im.client.ScriptedServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** A command of alice, run as a script runs it, against a msg-server that is played by hand. */
final class CommandRun implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final StringWriter out = new StringWriter() {
        @Override
        public void flush() {
            synchronized (this) {
                notifyAll();
            }
        }
    };
    private final StringWriter err = new StringWriter();
    private final Path password;
    final ScriptedServer msgServer = ScriptedServer.start();
    private CompletableFuture<Integer> running;

    CommandRun(Path folder) throws IOException {
        password = Files.writeString(folder.resolve("password"), "alicepw\n");
    }

    void start(String... args) {
        start(ImCommand.commandLine().setOut(new PrintWriter(out, true)), args);
    }

    void startWithStandardOutput(String... args) {
        start(ImCommand.commandLine(), args);
    }

    private void start(CommandLine line, String... args) {
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of(
                "--as", "alice", "--server", msgServer.address().toString(), "--password-file", password.toString()));
        running = CompletableFuture.supplyAsync(() -> line.execute(all.toArray(String[]::new)));
    }

    int exitCode() throws Exception {
        return running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void awaitOut(String line) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (out) {
            while (!out().contains(line)) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("'" + line + "' is not in " + out());
                }
                out.wait(left);
            }
        }
    }

    List<String> out() {
        return out.toString().lines().toList();
    }

    String err() {
        return err.toString();
    }

    @Override
    public void close() throws IOException {
        msgServer.close();
    }
}
