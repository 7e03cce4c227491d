package im.file;

import im.file.records.GroupReceivers;
import im.file.records.Janitor;
import im.file.records.Outbox;
import im.file.records.Recorders;
import im.file.transfer.FileStore;
import im.netlib.Backoff;
import im.netlib.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What keeps the database and the store at one, for all shards, on an event loop of its own. */
final class RecordKeeping implements AutoCloseable {
    /**
     * @param answerTimeout how long a msg-server may take to record something
     * @param backoff how long one rests that could not
     * @param janitorEvery how often the store is gone through
     */
    record Settings(Duration answerTimeout, Backoff backoff, Duration janitorEvery) {}

    private final EventLoopGroup loops;
    private final Outbox outbox;
    private final GroupReceivers groupReceivers;

    private RecordKeeping(EventLoopGroup loops, Outbox outbox, GroupReceivers groupReceivers) {
        this.loops = loops;
        this.outbox = outbox;
        this.groupReceivers = groupReceivers;
    }

    static RecordKeeping start(Settings settings, FileStore store, MeterRegistry meters) {
        EventLoopGroup loops = Transport.eventLoops("file-records", 1);
        EventLoop loop = loops.next();
        EventLoopClock clock = new EventLoopClock(loop);
        Random random = new Random();
        Recorders recorders = new Recorders(settings.backoff(), clock, random);
        Outbox outbox = new Outbox(store, recorders, clock, loop, meters);
        new Janitor(store, recorders, outbox, settings.janitorEvery(), InstantSource.system(), clock, loop, random)
                .start();
        return new RecordKeeping(loops, outbox, new GroupReceivers(recorders, loop));
    }

    Outbox outbox() {
        return outbox;
    }

    GroupReceivers groupReceivers() {
        return groupReceivers;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
