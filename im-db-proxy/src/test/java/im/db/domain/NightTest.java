package im.db.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NightTest {
    private static final Night IN_SHANGHAI = new Night(ZoneId.of("Asia/Shanghai"));

    @ParameterizedTest
    @CsvSource({
        "2024-01-01T13:59:59Z, false",
        "2024-01-01T14:00:00Z, true",
        "2024-01-01T16:00:00Z, true",
        "2024-01-01T22:59:59Z, true",
        "2024-01-01T23:00:00Z, false",
        "2024-01-01T04:00:00Z, false"
    })
    void isFromTenToSevenWhereTheUsersAre(Instant time, boolean night) {
        assertThat(IN_SHANGHAI.includes(time)).isEqualTo(night);
    }
}
