package im.netlib;

import com.google.common.base.Ticker;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether the buffers of this process have taken so much of their memory that nothing new is to be begun. When it is all used up, whoever
 * needs some next fails, guilty or not. Thread-safe.
 */
public final class BufferMemory {
    /** How old an answer may be. */
    static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final long enough;
    private final LongSupplier used;
    private final Ticker time;
    private volatile long lookAgainAt;
    private volatile boolean isShort;

    /** @param maxPercent how much of what there may be ({@code -XX:MaxDirectMemorySize}) may be in use, 1 to 100 */
    public static BufferMemory ofProcess(int maxPercent) {
        return new BufferMemory(
                PlatformDependent.maxDirectMemory() / 100 * maxPercent,
                PooledByteBufAllocator.DEFAULT::pinnedDirectMemory,
                Ticker.systemTicker());
    }

    BufferMemory(long enough, LongSupplier used, Ticker time) {
        this.enough = enough;
        this.used = used;
        this.time = time;
        this.lookAgainAt = time.read();
    }

    /** Asking costs nothing; it is found out ten times a second. */
    boolean isShort() {
        long now = time.read();
        if (now - lookAgainAt >= 0) {
            lookAgainAt = now + LOOK_EVERY.toNanos();
            isShort = used.getAsLong() > enough;
        }
        return isShort;
    }
}
