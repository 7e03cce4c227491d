package im.client.cli;

import im.client.Printable;
import im.client.TransferListener;
import im.client.TransferMode;
import java.util.function.Function;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows one transfer: a line when it starts, and on a terminal a bar with size, speed and time left while it moves. */
public final class Progress implements TransferListener, AutoCloseable {
    private static final int UPDATE_EVERY_MILLIS = 200;
    private static final long MEBIBYTE = 1 << 20;
    private static final int MAX_NAME_LENGTH = 24;

    /**
     * Fits every usual terminal. Measuring the real one would be up to a library that takes Ctrl-C away from this process on the
     * way, and then nothing would be cancelled.
     */
    private static final int BAR_WIDTH = 79;

    private final Screen screen;
    private final String name;
    private final Function<TransferMode, String> announcement;
    private ProgressBar bar;
    private boolean closed;

    /**
     * @param name of the file, as the bar shows it
     * @param announcement the line for the start, once it is known how the file travels
     */
    public Progress(Screen screen, String name, Function<TransferMode, String> announcement) {
        this.screen = screen;
        this.name = name;
        this.announcement = announcement;
    }

    @Override
    public synchronized void onStarted(String taskId, TransferMode mode, long total) {
        screen.line(announcement.apply(mode));
        if (screen.isTerminal() && !closed) {
            String shown = Printable.of(name);
            bar = new ProgressBarBuilder()
                    .setTaskName(shown.length() > MAX_NAME_LENGTH ? shown.substring(0, MAX_NAME_LENGTH) + "..." : shown)
                    .setInitialMax(total)
                    .setUnit(" MiB", MEBIBYTE)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_EVERY_MILLIS)
                    .setConsumer(new DelegatingProgressBarConsumer(screen::redraw, BAR_WIDTH))
                    .showSpeed()
                    .build();
        }
    }

    @Override
    public synchronized void onProgress(long done, long total) {
        if (bar != null && !closed) {
            bar.stepTo(done);
        }
    }

    /** Leaves the bar as it stands. */
    @Override
    public synchronized void close() {
        closed = true;
        if (bar != null) {
            bar.close();
            bar = null;
            screen.endRedraw();
        }
    }
}
