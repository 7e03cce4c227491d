package im.netlib;

import com.google.common.base.Ticker;
import im.netlib.LimitsReached.Limit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Slows down a peer that sends more than its role may. What has come is handled, with all that came in the same read, and then nothing is
 * read until it would have been due: who is merely fast loses nothing but time.
 */
final class Throttle extends ChannelInboundHandlerAdapter {
    private final TokenBucket frames;
    private final TokenBucket bytes;
    private final Intake intake;
    private final Consumer<Limit> limitReached;

    /** @param clock of the event loop */
    Throttle(Rates rates, EventExecutor clock, Intake intake, Consumer<Limit> limitReached) {
        Ticker time = new Ticker() {
            @Override
            public long read() {
                return clock.ticker().nanoTime();
            }
        };
        this.frames = new TokenBucket(rates.frames(), time);
        this.bytes = new TokenBucket(rates.bytes(), time);
        this.intake = intake;
        this.limitReached = limitReached;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        frames.take(1);
        bytes.take(((Pdu) message).length());
        ctx.fireChannelRead(message);
        if (!ctx.isRemoved() && !intake.isStoppedFor(Intake.Stop.RATE) && !pause().isZero()) {
            limitReached.accept(frames.until(0).isZero() ? Limit.BYTES_PER_SECOND : Limit.FRAMES_PER_SECOND);
            intake.stop(Intake.Stop.RATE);
            goOnWhenDue(ctx);
        }
    }

    private void goOnWhenDue(ChannelHandlerContext ctx) {
        Duration pause = pause();
        if (pause.isZero() || ctx.isRemoved()) {
            intake.goOn(Intake.Stop.RATE);
        } else {
            ctx.executor().schedule(() -> goOnWhenDue(ctx), pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private Duration pause() {
        Duration ofFrames = frames.until(0);
        Duration ofBytes = bytes.until(0);
        return ofFrames.compareTo(ofBytes) > 0 ? ofFrames : ofBytes;
    }

    /** Another role has its own. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        intake.goOn(Intake.Stop.RATE);
    }
}
