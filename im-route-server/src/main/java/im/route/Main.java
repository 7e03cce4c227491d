package im.route;

import im.server.ServerCommand;

/** {@code java -jar im-route-server.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(ServerCommand.commandLine(
                        "route-server",
                        "Tells msg-servers who is online at the others, and carries between them what is for users there.",
                        RouteServerConfig::read,
                        RouteServer::start)
                .execute(args));
    }
}
