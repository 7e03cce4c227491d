package im.msg;

import im.server.ServerCommand;

/** {@code java -jar im-msg-server.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(ServerCommand.commandLine(
                        "msg-server",
                        "Keeps the sessions of clients and sends their files to file-servers.",
                        MsgServerConfig::read,
                        MsgServer::start)
                .execute(args));
    }
}
