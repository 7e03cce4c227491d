package im.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void keepsText() {
        assertThat(Printable.of("Grüße, 文件 \ud83d\ude00 (1)")).isEqualTo("Grüße, 文件 \ud83d\ude00 (1)");
    }

    @Test
    void showsWhatWouldDriveATerminal() {
        assertThat(Printable.of("a\u001b[2J\u0007\r\nb\u009bc")).isEqualTo("a?[2J???b?c");
        assertThat(Printable.of("\u202egpj.exe\u200b\u2066\ufeff")).isEqualTo("?gpj.exe???");
        assertThat(Printable.of("\ud800")).isEqualTo("?");
    }
}
