package im.msg.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource({
        "report.pdf, report.pdf",
        "/home/alice/report.pdf, report.pdf",
        "C:\\Users\\alice\\report.pdf, report.pdf",
        "a/b\\c.txt, c.txt",
        "a\\b/c.txt, c.txt",
        "../../etc/passwd, passwd"
    })
    void aBaseNameHasNoFolders(String fileName, String baseName) {
        assertThat(BaseName.of(fileName)).isEqualTo(baseName);
        assertThat(BaseName.isUsable(baseName)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "folder/", "..", "a\\..", "."})
    void aFolderIsNoFile(String fileName) {
        assertThat(BaseName.isUsable(BaseName.of(fileName))).isFalse();
    }

    @Test
    void aBaseNameFitsAFileSystem() {
        assertThat(BaseName.isUsable("x".repeat(255))).isTrue();
        assertThat(BaseName.isUsable("x".repeat(256))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\0b", "\u007f", "\u009b1m"})
    void aBaseNameHasNoControlCharacters(String name) {
        assertThat(BaseName.isUsable(name)).isFalse();
    }

    @Test
    void aTaskIdIsAWord() {
        String uuid = "8650500d-735c-428f-b7f0-d1de2ef0f281";
        assertThat(TaskId.parse(uuid)).contains(new TaskId(uuid));
        assertThat(TaskId.parse("x".repeat(64))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc/passwd", "a b", "a.b", "a\0", "a\n", "ä"})
    void aPathIsNoTaskId(String text) {
        assertThat(TaskId.parse(text)).isEmpty();
        assertThatThrownBy(() -> new TaskId(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTaskIdIsShort() {
        assertThat(TaskId.parse("x".repeat(65))).isEmpty();
    }

    @Test
    void userIdsHaveNoSign() {
        assertThat(new UserId(-1)).hasToString("4294967295");
    }
}
