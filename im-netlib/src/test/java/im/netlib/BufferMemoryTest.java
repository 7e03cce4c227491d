package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BufferMemoryTest {
    private final PushedTicker time = new PushedTicker();
    private long used;
    private final BufferMemory memory = new BufferMemory(100, () -> used, time);

    @Test
    void itIsShortWhenMoreIsInUseThanMayBe() {
        used = 100;
        assertThat(memory.isShort()).isFalse();
        time.push(BufferMemory.LOOK_EVERY);
        used = 101;
        assertThat(memory.isShort()).isTrue();
        time.push(BufferMemory.LOOK_EVERY);
        used = 100;
        assertThat(memory.isShort()).isFalse();
    }

    @Test
    void itIsNotLookedAtEachTime() {
        assertThat(memory.isShort()).isFalse();
        used = 101;
        time.push(BufferMemory.LOOK_EVERY.minusNanos(1));
        assertThat(memory.isShort()).isFalse();
        time.push(Duration.ofNanos(1));
        assertThat(memory.isShort()).isTrue();
    }
}
