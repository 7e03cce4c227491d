package im.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import im.proto.other.IMHeartBeat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {

    @Test
    void showsItsNameAndIdInLogs() {
        assertThat(Commands.FILE_REQUEST).hasToString("FILE_REQUEST(0x0506)");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0x10000})
    void idsFitTheHeader(int id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Command<>(id, 1, "NAME", IMHeartBeat.parser(), true))
                .withMessageContaining("service id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Command<>(1, id, "NAME", IMHeartBeat.parser(), true))
                .withMessageContaining("command id");
    }

    @Test
    void hasANameAndAParser() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Command<>(1, 1, " ", IMHeartBeat.parser(), true));
        assertThatNullPointerException()
                .isThrownBy(() -> new Command<IMHeartBeat>(1, 1, "NAME", null, true))
                .withMessage("parser");
    }
}
