package im.server;

/** A server for {@link ServerCommandIT}, in a JVM of its own; it says on standard output what happens to it. */
final class EchoServerMain {
    private record Config(int workers) {
        static Config read(Settings settings) {
            return new Config(settings.number("workers", 1, 10));
        }
    }

    private EchoServerMain() {}

    public static void main(String[] arguments) {
        System.exit(ServerCommand.commandLine("test-server", "Serves tests.", Config::read, (config, telemetry) -> {
                    say("started with " + config.workers());
                    return () -> say("closed");
                })
                .execute(arguments));
    }

    private static void say(String what) {
        System.out.println(what);
        System.out.flush();
    }
}
