package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AmountsTest {

    @Test
    void namesSizes() {
        assertThat(Amounts.size(0)).isEqualTo("0 bytes");
        assertThat(Amounts.size(1)).isEqualTo("1 byte");
        assertThat(Amounts.size(1023)).isEqualTo("1023 bytes");
        assertThat(Amounts.size(1024)).isEqualTo("1.0 KiB");
        assertThat(Amounts.size(100L << 20)).isEqualTo("100.0 MiB");
        assertThat(Amounts.size(0xffff_ffffL)).isEqualTo("4.0 GiB");
    }

    @Test
    void namesTimesThatAreLong() {
        assertThat(Amounts.roughTime(Duration.ofDays(30).minusSeconds(5))).isEqualTo("30 days");
        assertThat(Amounts.roughTime(Duration.ofHours(25))).isEqualTo("1 day");
        assertThat(Amounts.roughTime(Duration.ofMinutes(119))).isEqualTo("2 hours");
        assertThat(Amounts.roughTime(Duration.ofMinutes(59))).isEqualTo("59 minutes");
        assertThat(Amounts.roughTime(Duration.ofSeconds(-1))).isEqualTo("less than a minute");
    }

    @Test
    void namesSpeeds() {
        assertThat(Amounts.speed(10L << 20, Duration.ofSeconds(2))).isEqualTo("5.0 MiB/s");
        assertThat(Amounts.speed(0, Duration.ZERO)).isEqualTo("0 bytes/s");
        assertThat(Amounts.time(Duration.ofMillis(1500))).isEqualTo("1.5 s");
    }
}
