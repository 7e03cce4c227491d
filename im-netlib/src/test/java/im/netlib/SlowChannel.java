package im.netlib;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

/** A channel whose peer reads nothing until it is told to, and a clock that stands still until it is pushed. */
final class SlowChannel extends EmbeddedChannel {
    private int wanted;

    SlowChannel(ChannelHandler handler) {
        super(handler);
        freezeTime();
    }

    /** The peer reads this many of the messages that wait for it. */
    void take(int messages) {
        wanted = messages;
        flush();
        wanted = 0;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        while (wanted > 0 && out.current() != null) {
            wanted--;
            out.remove();
        }
    }
}
