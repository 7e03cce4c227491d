package im.client.cli;

import im.client.Printable;
import im.client.TransferException;
import im.client.TransferListener;
import im.client.TransferMode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows one transfer: a line when it starts, goes on or breaks off, and on a terminal a bar with size, speed and time left while it
 * moves.
 */
public final class Progress implements TransferListener, AutoCloseable {
    private static final int UPDATE_EVERY_MILLIS = 200;
    private static final long MEBIBYTE = 1 << 20;
    private static final int MAX_NAME_LENGTH = 24;

    /** Reading less than this for a checksum is not worth a word. */
    private static final long LONG_READ = 256 * MEBIBYTE;

    /**
     * Fits every usual terminal. Measuring the real one would be up to a library that takes Ctrl-C away from this process on the
     * way, and then nothing would be cancelled.
     */
    private static final int BAR_WIDTH = 79;

    private final Screen screen;
    private final String name;
    private final Function<TransferMode, String> announcement;
    private TransferMode mode;
    private ProgressBar bar;
    private long start;
    private boolean checking;
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
    public synchronized void onChecksum(long done, long total) {
        if (total < LONG_READ) {
            return;
        }
        if (!checking) {
            checking = true;
            screen.line("reading " + name + " (" + Amounts.size(total) + ") for its checksum");
        }
        show(done, total);
    }

    @Override
    public synchronized void onStarted(String taskId, TransferMode how, long total) {
        closeBar();
        start = 0;
        if (how != mode) {
            mode = how;
            screen.line(announcement.apply(how));
        }
    }

    @Override
    public synchronized void onResumed(long offset, long total) {
        start = offset;
        screen.line("resuming at " + Amounts.size(offset) + " of " + Amounts.size(total));
    }

    @Override
    public synchronized void onProgress(long done, long total) {
        show(done, total);
    }

    @Override
    public synchronized void onRetry(TransferException why, Duration pause) {
        closeBar();
        screen.line("interrupted: " + why.getMessage() + "; trying to go on");
    }

    private void show(long done, long total) {
        if (closed || !screen.isTerminal()) {
            return;
        }
        if (bar == null) {
            bar = bar(total);
        }
        bar.stepTo(done);
    }

    private ProgressBar bar(long total) {
        String shown = Printable.of(name);
        return new ProgressBarBuilder()
                .setTaskName(shown.length() > MAX_NAME_LENGTH ? shown.substring(0, MAX_NAME_LENGTH) + "..." : shown)
                .setInitialMax(total)
                .startsFrom(start, Duration.ZERO)
                .setUnit(" MiB", MEBIBYTE)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_EVERY_MILLIS)
                .setConsumer(new DelegatingProgressBarConsumer(screen::redraw, BAR_WIDTH))
                .showSpeed()
                .build();
    }

    /** How the file travels, once that is known. */
    synchronized Optional<TransferMode> mode() {
        return Optional.ofNullable(mode);
    }

    /** Leaves the bar as it stands. */
    @Override
    public synchronized void close() {
        closed = true;
        closeBar();
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
            screen.endRedraw();
        }
    }
}
