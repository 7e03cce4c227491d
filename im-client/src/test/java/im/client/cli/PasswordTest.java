package im.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordTest {
    @TempDir
    private Path folder;

    @Test
    void isTheFirstLineOfTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), " with blanks \r\nand more");
        assertThat(Password.of("alice", Optional.of(file))).isEqualTo(" with blanks ");
    }

    @Test
    void saysThatTheFileCannotBeRead() {
        assertThatThrownBy(() -> Password.of("alice", Optional.of(folder.resolve("missing"))))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("there is no password file " + folder.resolve("missing"));
    }

    @Test
    void saysThatTheFileIsNoText() throws IOException {
        Path file = Files.write(folder.resolve("password"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> Password.of("alice", Optional.of(file)))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("the password file " + file + " is not text in UTF-8");
    }
}
