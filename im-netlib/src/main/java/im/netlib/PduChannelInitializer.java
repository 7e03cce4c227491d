package im.netlib;

import im.netlib.LimitsReached.Limit;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.util.Optional;
import java.util.function.Consumer;

/** Builds the pipeline of every connection, accepted or made, behind TLS if there is any: idle limit, frames, dispatch. */
@Sharable
final class PduChannelInitializer extends ChannelInitializer<Channel> {
    /** A peer counts as slow when 1 MiB waits for it, and as recovered at half of that: a few of the largest blocks. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 << 10, 1 << 20);

    private final ConnectionSettings settings;
    private final Optional<BufferMemory> memory;
    private final Consumer<Limit> limitReached;
    private final Consumer<Connection> onConnected;

    /**
     * @param memory while it is short, peers are read no more
     * @param limitReached told of every limit that a peer runs into, from any thread
     * @param onConnected gives the connection its first role; runs on its event loop before anything is read
     */
    PduChannelInitializer(
            ConnectionSettings settings,
            Optional<BufferMemory> memory,
            Consumer<Limit> limitReached,
            Consumer<Connection> onConnected) {
        this.memory = memory;
        this.limitReached = limitReached;
        this.settings = settings;
        this.onConnected = onConnected;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        // Netty's default takes, and clears, new memory all the time where buffers are released by another thread, as
        // an upload's are.
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        channel.config().setMessageSizeEstimator(RegionSizeEstimator.INSTANCE);
        Intake intake = new Intake(channel.config());
        FrameDecoder decoder = new FrameDecoder(Pdu.HEADER_LENGTH);
        Connection connection = new Connection(channel, settings, decoder, intake, limitReached);
        if (settings.tls().isOn()) {
            // What is read are pieces of TLS, which do not end where frames do.
            channel.pipeline().addFirst(new BelowTls(connection));
        } else {
            channel.config().setRecvByteBufAllocator(new FrameReads(decoder));
        }
        channel.pipeline().addLast(decoder);
        memory.ifPresent(all -> channel.pipeline().addLast(new MemoryBrake(all, intake, limitReached)));
        channel.pipeline().addLast(new ConnectionHandler(connection));
        onConnected.accept(connection);
    }
}
