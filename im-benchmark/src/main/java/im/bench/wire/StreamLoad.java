package im.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** Streams of bytes, from a source that is told how many in eight bytes. */
public final class StreamLoad {
    /** The file that sources send. */
    public static final Content CONTENT = Content.ofFile(0);

    private final Dialer dialer;
    private final InetSocketAddress source;

    public StreamLoad(Dialer dialer, InetSocketAddress source) {
        this.dialer = dialer;
        this.source = source;
    }

    /** Not on the event loop. */
    public Outcome run(Plan plan) throws IOException, InterruptedException {
        return Crowd.run(dialer.loop(), plan, new Histogram(1), number -> {
            Sink sink = new Sink(plan.size());
            dialer.connect(source, sink, sink.over::completeExceptionally);
            return sink.over;
        });
    }

    private static final class Sink extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private final long size;
        private long received;

        Sink(long size) {
            this.size = size;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.copyLong(size));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            if (!CONTENT.matches(received, in.internalNioBuffer(in.readerIndex(), in.readableBytes()))) {
                over.completeExceptionally(new IOException("WRONG BYTES after " + received));
            }
            received += in.readableBytes();
            in.release();
            if (received >= size) {
                over.complete(null);
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            over.completeExceptionally(new IOException("the stream ended after " + received + " of " + size));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            over.completeExceptionally(cause);
            ctx.close();
        }
    }
}
