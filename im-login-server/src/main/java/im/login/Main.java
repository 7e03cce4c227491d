package im.login;

import im.server.ServerCommand;

/** {@code java -jar im-login-server.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(ServerCommand.commandLine(
                        "login-server",
                        "Hands clients the least loaded msg-server, over HTTP and TCP.",
                        LoginServerConfig::read,
                        LoginServer::start)
                .execute(args));
    }
}
