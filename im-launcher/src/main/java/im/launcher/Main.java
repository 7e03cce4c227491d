package im.launcher;

import im.client.cli.CliLogging;
import im.client.cli.ImCommand;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** {@code bin/im}: the commands of the client, and those that start servers. */
public final class Main {
    /** A program of its own, which {@code bin/im} starts. */
    private static final String BENCH =
            "'im bench --help', in a checkout, explains how servers are measured under load.";

    private Main() {}

    public static void main(String[] args) {
        CliLogging.beQuiet();
        CommandLine im =
                ImCommand.commandLine().addSubcommand(new DemoCommand()).addSubcommand(new UpCommand());
        UsageMessageSpec usage = im.getCommandSpec().usageMessage();
        usage.footer(Stream.concat(Stream.of(usage.footer()), Stream.of(BENCH)).toArray(String[]::new));
        System.exit(im.execute(args));
    }
}
