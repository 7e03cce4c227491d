package im.db;

import im.server.ServerCommand;
import picocli.CommandLine;

/** {@code java -jar im-db-proxy.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = ServerCommand.commandLine(
                "db-proxy",
                "Keeps users, messages, groups and the list of waiting files in MySQL.",
                DbProxyConfig::read,
                DbProxy::start);
        ServerCommand<DbProxyConfig> server = line.getCommand();
        line.addSubcommand(UserCommand.commandLine(server::configuration));
        line.addSubcommand(DepartmentCommand.commandLine(server::configuration));
        return line;
    }
}
