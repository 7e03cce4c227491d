package im.login.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MsgServerAddressTest {
    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void refusesWhatIsNoPort(int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> new MsgServerAddress("a", "b", port));
    }

    @Test
    void refusesAHostThatIsMissingOrEndless() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MsgServerAddress(" ", "b", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new MsgServerAddress("a", "", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new MsgServerAddress("a".repeat(256), "b", 1));
    }

    @Test
    void takesEveryPortThereIs() {
        assertThat(new MsgServerAddress("a", "b", 1).port()).isEqualTo(1);
        assertThat(new MsgServerAddress("a", "b", 65_535)).hasToString("a:65535");
    }
}
