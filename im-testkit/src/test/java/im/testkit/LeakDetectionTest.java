package im.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

/** That JUnit finds the extension by itself shows here too: nothing below installs it. */
class LeakDetectionTest {

    @Test
    void reportsABufferThatNobodyReleased() {
        leak();
        assertThatThrownBy(LeakDetection.LEAKS::failIfAny)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("LeakDetectionTest.leak");
    }

    @Test
    void reportsALeakOnlyOnce() {
        leak();
        assertThatThrownBy(LeakDetection.LEAKS::failIfAny).isInstanceOf(AssertionError.class);
        assertThatCode(LeakDetection.LEAKS::failIfAny).doesNotThrowAnyException();
    }

    @Test
    void saysNothingWhenAllWasReleased() {
        ByteBufAllocator.DEFAULT.buffer(16).release();
        assertThatCode(LeakDetection.LEAKS::failIfAny).doesNotThrowAnyException();
    }

    @Test
    void saysNothingWhileTheBufferIsStillInUse() {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(16);
        assertThatCode(LeakDetection.LEAKS::failIfAny).doesNotThrowAnyException();
        buffer.release();
    }

    /** In a method of its own, so that no local variable keeps the buffer. */
    private static void leak() {
        ByteBufAllocator.DEFAULT.buffer(16).writeByte(1);
    }
}
