package im.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RatioTest {
    @Test
    void isTheMiddleOfTheRoundsAndHalfOfTheirRange() {
        assertThat(Ratio.of(DoubleStream.of(3, 1, 2, 2, 2))).isEqualTo(new Ratio(2, 0.5));
        assertThat(Ratio.of(DoubleStream.of(4, 1, 2, 3))).isEqualTo(new Ratio(2.5, 0.6));
        assertThat(Ratio.of(DoubleStream.of(7))).isEqualTo(new Ratio(7, 0));
    }

    @Test
    void ofFewRoundsTheSpreadIsWider() {
        assertThat(Ratio.of(DoubleStream.of(3, 1, 2))).isEqualTo(new Ratio(2, 0.7));
        assertThat(Ratio.of(DoubleStream.of(9, 11)).spread()).isCloseTo(0.34, within(1e-9));
    }
}
