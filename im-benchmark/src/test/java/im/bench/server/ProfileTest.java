package im.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import im.bench.server.Profile.Frame;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProfileTest {
    @Test
    void whatIsInnermostCountsWithoutWhatItCalls() {
        Profile profile = Profile.of(Stream.of(
                "[file-shard-1 tid=7];io/netty/A.run;im/netlib/FrameDecoder.decode;writev 5",
                "[file-shard-1 tid=7];io/netty/A.run;im/netlib/FrameDecoder.decode 2",
                "[file-shard-2 tid=8];im/netlib/FrameDecoder.decode 1",
                "[file-shard-2 tid=8];im/netlib/FrameDecoder.decode;java/util/HashMap.get 2"));

        assertThat(profile.samples()).isEqualTo(10);
        assertThat(profile.frames())
                .containsExactly(
                        new Frame("writev", false, 0.5),
                        new Frame("FrameDecoder.decode", true, 0.3),
                        new Frame("HashMap.get", false, 0.2));
        assertThat(profile.ours()).isEqualTo(0.3);
        assertThat(profile.largestOfOurs()).isEqualTo(new Frame("FrameDecoder.decode", true, 0.3));
    }

    @Test
    void theCompilerDoesNotCountAndAllNamesOfALambdaAreOne() {
        Profile profile = Profile.of(Stream.of(
                "[C2 CompilerThre tid=3];Compile::Compile;Phase::run 1",
                "[C1 CompilerThre tid=4];LinearScan::walk 3",
                "[main tid=1];im/a/B$$Lambda$332.0x00007fdc31244f08.run 2",
                "[main tid=1];im/a/B$$Lambda$17.0x00007fdc31244a00.run 4",
                "[GC Thread#0 tid=2];Heap::collect 2"));

        assertThat(profile.samples()).isEqualTo(8);
        assertThat(profile.compiling()).isEqualTo(0.5);
        assertThat(profile.frames())
                .containsExactly(
                        new Frame("B$lambda.run", true, 0.75), new Frame("JVM, collecting garbage", false, 0.25));
    }

    @Test
    void whatWasNeverSeenHasNoShare() {
        assertThat(Profile.of(Stream.of()).largestOfOurs().share()).isZero();
    }
}
