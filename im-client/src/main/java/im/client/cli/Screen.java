package im.client.cli;

import im.client.Printable;
import java.io.Console;
import java.io.PrintWriter;
import picocli.CommandLine;

/** Where a command writes: results to standard output, errors and progress bars to standard error. Any thread may use it. */
public final class Screen {
    private static final int FIRST_JAVA_WITH_FALSE_CONSOLES = 22;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;

    Screen(PrintWriter out, PrintWriter err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    public static Screen of(CommandLine line) {
        return new Screen(line.getOut(), line.getErr(), hasTerminal());
    }

    /** True when a person reads and types. */
    private static boolean hasTerminal() {
        Console console = System.console();
        if (console == null || Runtime.version().feature() < FIRST_JAVA_WITH_FALSE_CONSOLES) {
            return console != null;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    public boolean isTerminal() {
        return terminal;
    }

    /** One line, in which whatever could drive a terminal is replaced. */
    public void line(String text) {
        out.println(Printable.of(text));
        out.flush();
    }

    /** Whether results were lost. Where they go to standard output, that alone knows. */
    boolean isBroken() {
        return out.checkError() || System.out.checkError();
    }

    public void error(String text) {
        err.println(Printable.of(text));
        err.flush();
    }

    /** Replaces what the last call drew on the terminal's line. */
    void redraw(String bar) {
        err.print('\r' + Printable.of(bar));
        err.flush();
    }

    /** What was drawn stays, and the next line starts below it. */
    void endRedraw() {
        err.println();
        err.flush();
    }
}
