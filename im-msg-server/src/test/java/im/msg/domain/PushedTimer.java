package im.msg.domain;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that moves only when a test pushes it. */
final class PushedTimer implements Timer {
    private record Task(long at, Runnable task) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::at));
    private long now;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void after(Duration delay, Runnable task) {
        tasks.add(new Task(now + delay.toNanos(), task));
    }

    void push(Duration by) {
        long until = now + by.toNanos();
        while (!tasks.isEmpty() && tasks.peek().at() <= until) {
            Task next = tasks.remove();
            now = next.at();
            next.task().run();
        }
        now = until;
    }

    boolean isIdle() {
        return tasks.isEmpty();
    }
}
