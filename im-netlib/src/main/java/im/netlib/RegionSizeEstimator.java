package im.netlib;

import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;

/**
 * Counts file regions as the bytes that they stand for. Netty counts them as nothing, and a peer that asks for blocks without
 * reading them would then never look slow.
 */
final class RegionSizeEstimator implements MessageSizeEstimator {
    static final RegionSizeEstimator INSTANCE = new RegionSizeEstimator();

    private final Handle handle = new RegionHandle(DefaultMessageSizeEstimator.DEFAULT.newHandle());

    private RegionSizeEstimator() {}

    @Override
    public Handle newHandle() {
        return handle;
    }

    private record RegionHandle(Handle others) implements Handle {
        @Override
        public int size(Object message) {
            return message instanceof FileRegion region ? Math.toIntExact(region.count()) : others.size(message);
        }
    }
}
