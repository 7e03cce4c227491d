package im.server;

import java.util.concurrent.CompletableFuture;

/** A server for {@link ServerCommandIT}, in a JVM of its own; it says on standard output what happens to it. */
final class EchoServerMain {
    /** With this property set, something is always under way. */
    static final String BUSY = "echo.busy";

    private record Config(int workers) {
        static Config read(Settings settings) {
            return new Config(settings.number("workers", 1, 10));
        }
    }

    private static final class EchoServer implements RunningServer {
        @Override
        public CompletableFuture<Void> drain() {
            say("draining");
            return Boolean.getBoolean(BUSY) ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            say("closed");
        }
    }

    private EchoServerMain() {}

    public static void main(String[] arguments) {
        System.exit(ServerCommand.commandLine("test-server", "Serves tests.", Config::read, (config, telemetry) -> {
                    say("started with " + config.workers());
                    return new EchoServer();
                })
                .execute(arguments));
    }

    private static void say(String what) {
        System.out.println(what);
        System.out.flush();
    }
}
