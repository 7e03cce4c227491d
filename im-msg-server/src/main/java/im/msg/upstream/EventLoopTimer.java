package im.msg.upstream;

import im.msg.domain.Timer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Real time, on an event loop. */
public final class EventLoopTimer implements Timer {
    private final EventLoop loop;

    public EventLoopTimer(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void after(Duration delay, Runnable task) {
        loop.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
