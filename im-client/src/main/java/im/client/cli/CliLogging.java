package im.client.cli;

/** Keeps the log of command lines quiet. */
public final class CliLogging {
    private static final String CONFIGURATION_FILE = "logback.configurationFile";

    private CliLogging() {}

    /**
     * From WARN on to standard error, unless {@code IM_LOG_LEVEL} says otherwise or a configuration is set already. Counts only when
     * called before anything logs.
     */
    public static void beQuiet() {
        if (System.getProperty(CONFIGURATION_FILE) == null) {
            System.setProperty(CONFIGURATION_FILE, "im-cli-logback.xml");
        }
    }
}
