package im.bench.wire;

import im.bench.wire.Side.Through;
import im.proto.base.ClientFileRole;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/**
 * The frames of an online transfer, without any signalling, through a relay that knows nothing of them: it joins each two
 * connections that come one after the other.
 */
public final class RelayLoad {
    private final Dialer dialer;
    private final InetSocketAddress relay;

    public RelayLoad(Dialer dialer, InetSocketAddress relay) {
        this.dialer = dialer;
        this.relay = relay;
    }

    /** Not on the event loop. */
    public Outcome run(Plan plan) throws IOException, InterruptedException {
        Histogram blocks = Crowd.histogram();
        return Crowd.run(dialer.loop(), plan, blocks, number -> transfer(number, plan, blocks));
    }

    private CompletableFuture<Void> transfer(int number, Plan plan, Histogram blocks) {
        FileTask task =
                new FileTask("00000000-0000-0000-0000-000000000000", relay, plan.size(), Content.ofFile(number));
        SendingSide sender = new SendingSide(task, Through.BARE_RELAY, ClientFileRole.CLIENT_REALTIME_SENDER);
        ReceivingSide receiver = new ReceivingSide(
                task, Through.BARE_RELAY, ClientFileRole.CLIENT_REALTIME_RECVER, plan.block(), plan.window(), blocks);
        // Both from this thread and at once, so that they arrive one after the other.
        dialer.connect(relay, sender).addListener(connected -> fail(sender, connected.cause()));
        dialer.connect(relay, receiver).addListener(connected -> {
            fail(receiver, connected.cause());
            if (connected.isSuccess()) {
                receiver.pull();
                receiver.ctx().flush();
            }
        });
        return receiver.over().whenComplete((nothing, failure) -> receiver.ctx().close());
    }

    private static void fail(Side side, Throwable cause) {
        if (cause != null) {
            side.onEnd(new IOException(cause));
        }
    }
}
