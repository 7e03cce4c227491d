package im.bench;

import im.client.cli.CliLogging;
import picocli.CommandLine;

/** {@code bin/im bench}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CliLogging.beQuiet();
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new BenchCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    }
}
