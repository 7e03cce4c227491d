package im.netlib;

import im.netlib.LimitsReached.Limit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** While the memory for buffers is short, takes no more from a peer than the frame that has come, with what came in the same read. */
final class MemoryBrake extends ChannelInboundHandlerAdapter {
    private final BufferMemory memory;
    private final Intake intake;
    private final Consumer<Limit> limitReached;

    MemoryBrake(BufferMemory memory, Intake intake, Consumer<Limit> limitReached) {
        this.memory = memory;
        this.intake = intake;
        this.limitReached = limitReached;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.fireChannelRead(message);
        if (memory.isShort() && !intake.isStoppedFor(Intake.Stop.MEMORY)) {
            limitReached.accept(Limit.MEMORY);
            intake.stop(Intake.Stop.MEMORY);
            lookAgain(ctx);
        }
    }

    private void lookAgain(ChannelHandlerContext ctx) {
        if (ctx.isRemoved()) {
            return;
        }
        if (memory.isShort()) {
            ctx.executor().schedule(() -> lookAgain(ctx), BufferMemory.LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            intake.goOn(Intake.Stop.MEMORY);
        }
    }
}
