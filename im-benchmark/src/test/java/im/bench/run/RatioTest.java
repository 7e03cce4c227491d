package im.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RatioTest {
    @Test
    void isTheMiddleOfTheRoundsAndHalfOfTheirRange() {
        assertThat(Ratio.of(DoubleStream.of(3, 1, 2))).isEqualTo(new Ratio(2, 0.5));
        assertThat(Ratio.of(DoubleStream.of(4, 1, 2, 3)).median()).isEqualTo(2.5);
        assertThat(Ratio.of(DoubleStream.of(7))).isEqualTo(new Ratio(7, 0));
    }
}
