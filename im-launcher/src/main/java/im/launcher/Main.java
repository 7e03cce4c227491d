package im.launcher;

import im.client.cli.CliLogging;
import im.client.cli.ImCommand;

/** {@code bin/im}: the commands of the client, and those that start servers. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CliLogging.beQuiet();
        System.exit(ImCommand.commandLine()
                .addSubcommand(new DemoCommand())
                .addSubcommand(new UpCommand())
                .execute(args));
    }
}
