package im.client.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.function.Consumer;

/** Passes on what is printed line by line. Any thread may print. */
final class LineWriter extends Writer {
    private final Consumer<String> lines;
    private final StringBuilder begun = new StringBuilder();

    LineWriter(Consumer<String> lines) {
        this.lines = lines;
    }

    PrintWriter printer() {
        return new PrintWriter(this);
    }

    @Override
    public void write(char[] chars, int offset, int length) {
        synchronized (begun) {
            for (int i = offset; i < offset + length; i++) {
                if (chars[i] == '\n') {
                    lines.accept(begun.toString());
                    begun.setLength(0);
                } else if (chars[i] != '\r') {
                    begun.append(chars[i]);
                }
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
