package im.netlib;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;

/**
 * How much to read from a connection at a time. Where large frames come each read ends where a frame ends, if all of that has come,
 * so that a block lies in the memory that it was read into and nobody has to put it together.
 */
final class FrameReads extends DefaultMaxMessagesRecvByteBufAllocator {
    /** About what a busy connection has at once. */
    private static final int MOST = 128 << 10;

    private final FrameDecoder decoder;

    /** @param decoder of the connection */
    FrameReads(FrameDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new FrameHandle();
    }

    private final class FrameHandle extends MaxMessageHandle {
        /** For small frames, many of which may come at once. */
        private final ExtendedHandle small = (ExtendedHandle) new AdaptiveRecvByteBufAllocator().newHandle();

        private boolean isSmall;

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            small.reset(config);
        }

        @Override
        public int guess() {
            int toEndOfFrame = decoder.toEndOfLargeFrame();
            isSmall = toEndOfFrame == 0;
            return isSmall ? small.guess() : Math.min(toEndOfFrame, MOST);
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            if (isSmall) {
                small.attemptedBytesRead(attemptedBytesRead());
                small.lastBytesRead(bytes);
            }
        }

        @Override
        public void readComplete() {
            small.readComplete();
        }
    }
}
