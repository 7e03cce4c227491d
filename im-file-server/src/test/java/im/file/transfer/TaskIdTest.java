package im.file.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {
    @Test
    void isReadBackFromItsText() {
        TaskId id = TaskId.random(new SecureRandom());
        assertThat(id.text()).hasSize(36);
        assertThat(TaskId.parse(id.text())).contains(id);
    }

    @Test
    void logsShowItsBeginningOnly() {
        TaskId id = TaskId.random(new SecureRandom());
        assertThat(id.toString()).hasSize(8);
        assertThat(id.text()).startsWith(id + "-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../../etc/passwd",
                "/etc/passwd",
                "55db807d-8122-4c38-b478-8bd5a1bcdde5/..",
                "55DB807D-8122-4C38-B478-8BD5A1BCDDE5",
                "55db807d-8122-4c38-b478-8bd5a1bcdde",
                "55db807d-8122-4c38-b478-8bd5a1bcdde55",
                "55db807d-8122-4c38-b478-8bd5a1bcdde5\n",
                "55db807d-8122-4c38-b478-8bd5a1bcd\u0000e5"
            })
    void isNothingElse(String text) {
        assertThat(TaskId.parse(text)).isEmpty();
    }
}
