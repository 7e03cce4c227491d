package im.db.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

    @ParameterizedTest
    @ValueSource(strings = {"55db807d-8122-4c38-b478-8bd5a1bdcde5", "A", "a_-9"})
    void takesTaskIds(String text) {
        assertThat(new TaskId(text).value()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc/passwd", "a b", "a'b", "ä", "a\n"})
    void refusesWhatIsNoTaskId(String text) {
        assertThatThrownBy(() -> new TaskId(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesTaskIdsThatAreTooLong() {
        assertThat(new TaskId("x".repeat(64))).isNotNull();
        assertThatThrownBy(() -> new TaskId("x".repeat(65))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesUserIdsUnsigned() {
        assertThat(UserId.ofUnsigned(-1).value()).isEqualTo(4_294_967_295L);
        assertThat(new UserId(4_294_967_295L).unsigned()).isEqualTo(-1);
        assertThatThrownBy(() -> UserId.ofUnsigned(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UserId(4_294_967_296L)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "Ängström", "张三", "a b"})
    void takesUserNames(String text) {
        assertThat(UserName.isOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " alice", "alice ", "al\nice", "al\0ice"})
    void refusesWhatIsNoUserName(String text) {
        assertThat(UserName.isOne(text)).isFalse();
        assertThatThrownBy(() -> new UserName(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsCharactersAndNotBytesInUserNames() {
        assertThat(UserName.isOne("😀".repeat(64))).isTrue();
        assertThat(UserName.isOne("😀".repeat(65))).isFalse();
    }
}
