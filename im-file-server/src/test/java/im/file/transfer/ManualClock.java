package im.file.transfer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock that moves when it is pushed. */
public final class ManualClock implements ShardClock {
    private record Timer(long due, Runnable task) {}

    private final List<Timer> timers = new ArrayList<>();
    private long now = 1_000_000;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Timer timer = new Timer(now + delay.toNanos(), task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /** Whether nobody waits for it to move. */
    public boolean isIdle() {
        return timers.isEmpty();
    }

    public void advance(Duration time) {
        now += time.toNanos();
        List<Timer> due = timers.stream().filter(timer -> timer.due() <= now).toList();
        timers.removeAll(due);
        due.forEach(timer -> timer.task().run());
    }
}
