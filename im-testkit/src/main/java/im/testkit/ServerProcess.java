package im.testkit;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server in a JVM of its own, with this one's class path. It ends when it is killed, and when this process ends. */
public final class ServerProcess {
    /** Quick to start, and small. */
    private static final List<String> JVM =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-XX:MaxDirectMemorySize=64m");

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts one. It does not listen yet.
     *
     * @param main the server's main class
     * @param settings by full key
     * @param log what it prints is added to that
     */
    public static ServerProcess start(Class<?> main, Map<String, String> settings, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName(), main.getName()));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        File output = Files.createDirectories(log.getParent())
                .resolve(log.getFileName())
                .toFile();
        return new ServerProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(output))
                .start());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** With SIGKILL: nothing is flushed, nobody is told, and what the kernel still has of its connections is reset. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** With SIGTERM, and waits for its end. The signal alone: to destroy the Process would close its input too. */
    public void stop() {
        process.toHandle().destroy();
        process.onExit().join();
    }

    /** What runs in it. */
    static final class Child {
        private Child() {}

        /** @param args the main class, and what it is given */
        public static void main(String[] args) throws Exception {
            Thread parent = new Thread(Child::endWithParent, "parent");
            parent.setDaemon(true);
            parent.start();
            String[] rest = List.of(args).subList(1, args.length).toArray(String[]::new);
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
        }

        /** Standard input is a pipe on which nothing ever comes. */
        private static void endWithParent() {
            try {
                System.in.read();
            } catch (IOException e) {
                // That is an end, too.
            }
            Runtime.getRuntime().halt(1);
        }
    }
}
