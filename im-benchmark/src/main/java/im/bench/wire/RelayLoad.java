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
    private CompletableFuture<Void> lastJoined = CompletableFuture.completedFuture(null);

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
        CompletableFuture<Void> joined = new CompletableFuture<>();
        lastJoined.thenRunAsync(() -> join(sender, receiver, joined), dialer.loop());
        lastJoined = joined;
        return receiver.over().whenComplete((nothing, failure) -> receiver.ctx().close());
    }

    /** The relay joins connections in the order in which they come, which is that of connecting only as long as one waits for the other. */
    private void join(SendingSide sender, ReceivingSide receiver, CompletableFuture<Void> joined) {
        dialer.connect(relay, sender).addListener(first -> {
            if (!first.isSuccess()) {
                receiver.onEnd(new IOException(first.cause()));
                return;
            }
            dialer.connect(relay, receiver).addListener(second -> {
                if (second.isSuccess()) {
                    receiver.pull();
                    receiver.ctx().flush();
                    joined.complete(null);
                } else {
                    receiver.onEnd(new IOException(second.cause()));
                }
            });
        });
    }
}
