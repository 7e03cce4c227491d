package im.client;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a transfer tells, save its progress, for tests that await it piece by piece. */
final class RecordedTransfer implements TransferListener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void onChecksum(long done, long total) {
        events.add("checksum of " + done + " of " + total);
    }

    @Override
    public void onStarted(String taskId, TransferMode mode, long total) {
        events.add("started " + mode);
    }

    @Override
    public void onResumed(long offset, long total) {
        events.add("resumed at " + offset + " of " + total);
    }

    @Override
    public void onRetry(TransferException why, Duration pause) {
        events.add("retry after " + why.reason());
    }

    String next() throws InterruptedException {
        String event = events.poll(ScriptedServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing happened");
        }
        return event;
    }
}
