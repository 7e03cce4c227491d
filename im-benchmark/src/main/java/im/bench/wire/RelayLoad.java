package im.bench.wire;

import im.bench.wire.Hashing.Direction;
import im.bench.wire.Side.Through;
import im.proto.base.ClientFileRole;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
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
        return Crowd.run(dialer.loop(), plan, blocks, number -> {
            Ends ends = ends(number, plan, blocks);
            return transfer(ends, ends.sender(), ends.receiver());
        });
    }

    /** The same, with both ends taking the sha256 of what they send and of what they get, each on a thread of its own. Not on the event loop. */
    public Outcome runHashing(Plan plan) throws IOException, InterruptedException {
        Histogram blocks = Crowd.histogram();
        Executor sending = Hashing.hasher();
        Executor receiving = Hashing.hasher();
        return Crowd.run(dialer.loop(), plan, blocks, number -> {
            Ends ends = ends(number, plan, blocks);
            Hashing sent = new Hashing(Direction.OUT, sending);
            Hashing received = new Hashing(Direction.IN, receiving);
            return transfer(ends, behind(sent, ends.sender()), behind(received, ends.receiver()))
                    .thenCompose(nothing -> sent.digest().thenCombine(received.digest(), Arrays::equals))
                    .thenAcceptAsync(RelayLoad::check, dialer.loop());
        });
    }

    private static ChannelHandler behind(Hashing hashing, Side side) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(hashing, side);
            }
        };
    }

    private static void check(boolean isSame) {
        if (!isSame) {
            throw new CompletionException(new IOException("WRONG BYTES: the checksums differ"));
        }
    }

    private record Ends(SendingSide sender, ReceivingSide receiver) {}

    private Ends ends(int number, Plan plan, Histogram blocks) {
        FileTask task =
                new FileTask("00000000-0000-0000-0000-000000000000", relay, plan.size(), Content.ofFile(number));
        return new Ends(
                new SendingSide(task, Through.BARE_RELAY, ClientFileRole.CLIENT_REALTIME_SENDER),
                new ReceivingSide(
                        task,
                        Through.BARE_RELAY,
                        ClientFileRole.CLIENT_REALTIME_RECVER,
                        plan.block(),
                        plan.window(),
                        blocks));
    }

    /**
     * @param sender what the connection of that end has
     * @param receiver the same of the other
     */
    private CompletableFuture<Void> transfer(Ends ends, ChannelHandler sender, ChannelHandler receiver) {
        CompletableFuture<Void> joined = new CompletableFuture<>();
        lastJoined.thenRunAsync(() -> join(ends.receiver(), sender, receiver, joined), dialer.loop());
        lastJoined = joined;
        return ends.receiver()
                .over()
                .whenComplete((nothing, failure) -> ends.receiver().ctx().close());
    }

    /** The relay joins connections in the order in which they come, which is that of connecting only as long as one waits for the other. */
    private void join(
            ReceivingSide end, ChannelHandler sender, ChannelHandler receiver, CompletableFuture<Void> joined) {
        dialer.connect(relay, sender).addListener(first -> {
            if (!first.isSuccess()) {
                end.onEnd(new IOException(first.cause()));
                return;
            }
            dialer.connect(relay, receiver).addListener(second -> {
                if (second.isSuccess()) {
                    end.pull();
                    end.ctx().flush();
                    joined.complete(null);
                } else {
                    end.onEnd(new IOException(second.cause()));
                }
            });
        });
    }
}
