package im.bench.wire;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;

/** What has been sent and has to come out somewhere, each under a number of its own. On the event loop, where nothing else is said. */
public final class Expected {
    private static final int AT_A_TIME = 100;

    private final EventLoop loop;
    private final Map<Integer, Arrivals> underWay = new HashMap<>();

    private static final class Arrivals {
        private final CompletableFuture<Void> all = new CompletableFuture<>();
        private int left;

        private Arrivals(int left) {
            this.left = left;
        }
    }

    public Expected(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Sends so many, up to 100 at a time, and waits until each has come out as often as it has to. Not on the event loop.
     *
     * @param times how often each comes out
     * @param send called on the event loop with 0, 1, 2 and so on; gives the number that what it has sent comes out with, which
     *     nothing else that is under way has
     * @throws IOException when it takes far too long
     */
    public Outcome run(int count, int times, IntUnaryOperator send) throws IOException, InterruptedException {
        Plan plan = new Plan(1, count, AT_A_TIME, 1, 1);
        return Crowd.run(loop, plan, Crowd.histogram(), i -> {
            Arrivals arrivals = new Arrivals(times);
            underWay.put(send.applyAsInt(i), arrivals);
            return arrivals.all;
        });
    }

    /** Something came out; what nobody waits for does not matter. */
    void came(int number) {
        Arrivals arrivals = underWay.get(number);
        if (arrivals != null && --arrivals.left == 0) {
            underWay.remove(number);
            arrivals.all.complete(null);
        }
    }
}
