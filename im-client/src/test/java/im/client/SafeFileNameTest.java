package im.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeFileNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a.txt", "no extension", "Übersicht 2024 (final).tar.gz", "文件.txt", "a'b&c;d$(e).sh"})
    void keepsWhatIsHarmless(String name) {
        assertThat(SafeFileName.of(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "../../etc/passwd, passwd",
        "/etc/passwd, passwd",
        "C:\\Windows\\win.ini, win.ini",
        "..\\..\\a, a",
        "a/b\\c, c",
        "C:evil, C_evil",
    })
    void keepsTheBaseNameOnly(String announced, String name) {
        assertThat(SafeFileName.of(announced)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "/", "a/", "a/..", " ", ". .", "\u0000", "\u202e", "\n"})
    void namesWhatHasNoName(String announced) {
        assertThat(SafeFileName.of(announced)).isEqualTo("file");
    }

    @Test
    void dropsWhatDrivesTerminalsOrTurnsTextAround() {
        assertThat(SafeFileName.of("a\u001b[31m\r\n\u202etxt.exe\u0000")).isEqualTo("a[31mtxt.exe");
        assertThat(SafeFileName.of("x\ud800y")).isEqualTo("xy");
    }

    @Test
    void hidesNothing() {
        assertThat(SafeFileName.of(".bashrc")).isEqualTo("bashrc");
        assertThat(SafeFileName.of("a.txt. . ")).isEqualTo("a.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CON", "nul.txt", "Com1.tar.gz", "lpt9", "aux ."})
    void namesNoDevice(String announced) {
        assertThat(SafeFileName.of(announced)).startsWith("_");
    }

    @Test
    void cutsLongNamesButKeepsTheExtension() {
        String name = SafeFileName.of("文".repeat(300) + ".pdf");
        assertThat(name).endsWith("文.pdf");
        assertThat(name.getBytes(StandardCharsets.UTF_8).length).isBetween(170, 180);
        assertThat(SafeFileName.of("a." + "b".repeat(500))).hasSize(180);
        assertThat(SafeFileName.of("\ud83d\ude00".repeat(100))).hasSize(90);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "..", "/", "\\", "a/../../b", ".a", "C:\\..\\b", "con", "\u0000../x"})
    void neverLeavesTheFolder(String announced) {
        Path folder = Path.of("/srv/in");
        Path place = folder.resolve(SafeFileName.of(announced));
        assertThat(place.normalize()).isEqualTo(place);
        assertThat(place.getParent()).isEqualTo(folder);
    }

    @Test
    void numbersBeforeTheExtension() {
        assertThat(SafeFileName.numbered("a.txt", 1)).isEqualTo("a (1).txt");
        assertThat(SafeFileName.numbered("a", 12)).isEqualTo("a (12)");
    }
}
