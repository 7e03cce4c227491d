package im.msg.domain;

import java.time.Duration;

/** Time as the domain sees it, so that tests can push it. Thread-safe. */
public interface Timer {
    /** Nanoseconds from some moment on; only differences mean anything. */
    long nanoTime();

    /** Runs the task once, after the delay, unless the server stops before that. */
    void after(Duration delay, Runnable task);
}
