package im.embeddeddb;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that cannot outlive this JVM and does not end with a Ctrl-C that was meant for the JVM.
 *
 * <p>Where there is a shell, a small one runs the program and reads from a pipe of which only the JVM holds the other
 * end. When that end closes, because {@link #stop} was called or because the JVM is gone for whatever reason, the program
 * gets SIGTERM. No shutdown hook takes part, so the owner alone decides the order in which things stop. On Windows there
 * is no such shell: the program is killed by a shutdown hook if nobody stopped it earlier.
 *
 * <p>Thread-safe.
 */
final class GuardedProcess {
    /**
     * The program's parameters are "$@". Ignored signals are what the terminal sends to everybody on Ctrl-C or when it
     * is closed. The shell ends when the program does and with its exit code.
     */
    private static final String GUARD = String.join(
            "\n",
            "trap '' INT HUP QUIT",
            "exec 3<&0",
            "\"$@\" 3<&- </dev/null &",
            "program=$!",
            "{ read -r _; kill -TERM $program; } <&3 2>/dev/null &",
            "reader=$!",
            "exec 3<&- </dev/null",
            "wait $program",
            "code=$?",
            "kill $reader 2>/dev/null",
            "exit $code");

    private final Process process;

    private GuardedProcess(Process process) {
        this.process = process;
    }

    /**
     * @param program command, environment and working folder
     * @param output where standard output and standard error are appended
     */
    static GuardedProcess start(ProcessBuilder program, Path output) throws IOException {
        boolean shell = File.separatorChar == '/';
        if (shell) {
            List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "guard"));
            guarded.addAll(program.command());
            program.command(guarded);
        }
        program.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        GuardedProcess guarded = new GuardedProcess(program.start());
        if (!shell) {
            Runtime.getRuntime().addShutdownHook(new Thread(guarded.process::destroyForcibly, "stop-" + output));
        }
        return guarded;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Only after the end. */
    int exitCode() {
        return process.exitValue();
    }

    /** Waits that long for the end of the program; an interrupt counts as "not ended" and stays set. */
    boolean hasEndedWithin(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Asks the program to end, waits, and kills it if it does not.
     *
     * @return true if it ended by itself within the timeout
     */
    boolean stop(Duration timeout) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The guard is gone already, and so is what it guarded.
        }
        if (File.separatorChar != '/') {
            process.destroy();
        }
        if (hasEndedWithin(timeout)) {
            return true;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        hasEndedWithin(Duration.ofSeconds(5));
        return false;
    }
}
