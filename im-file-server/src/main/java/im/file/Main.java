package im.file;

import im.server.ServerCommand;

/** {@code java -jar im-file-server.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(ServerCommand.commandLine(
                        "file-server",
                        "Relays files between two online users and keeps them for users who are away.",
                        FileServerConfig::read,
                        FileServer::start)
                .execute(args));
    }
}
