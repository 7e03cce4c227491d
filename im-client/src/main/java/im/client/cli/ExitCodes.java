package im.client.cli;

/** What the command line says to scripts; {@code --help} lists them. */
final class ExitCodes {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int LOGIN_REFUSED = 3;
    static final int UNREACHABLE = 4;

    private ExitCodes() {}
}
