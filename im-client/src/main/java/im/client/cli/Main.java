package im.client.cli;

/** Runs the {@code im} command line. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CliLogging.beQuiet();
        System.exit(ImCommand.commandLine().execute(args));
    }
}
