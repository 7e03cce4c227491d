package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FilesCommandTest {

    @Test
    void rowsCannotDriveATerminal() {
        assertThat(FilesCommand.row("bob\u001b[1m", "1.0 KiB", "in 2 days", "\u202egpj.exe\n"))
                .isEqualTo("bob?[1m                  1.0 KiB  in 2 days           ?gpj.exe?");
    }
}
