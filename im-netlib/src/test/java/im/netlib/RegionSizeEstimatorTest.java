package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import java.io.File;
import org.junit.jupiter.api.Test;

class RegionSizeEstimatorTest {
    private final MessageSizeEstimator.Handle estimator = RegionSizeEstimator.INSTANCE.newHandle();

    @Test
    void aFileRegionCountsAsItsBytes() {
        FileRegion region = new DefaultFileRegion(new File("never opened"), 1 << 20, 123_456);

        assertThat(estimator.size(region)).isEqualTo(123_456);
    }

    @Test
    void aBufferCountsAsItsReadableBytes() {
        assertThat(estimator.size(Unpooled.buffer(1000).writeZero(77))).isEqualTo(77);
    }
}
