package im.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReasonsTest {
    @TempDir
    private Path folder;

    @Test
    void aFileInPlaceOfAFolderIsInTheWay() throws IOException {
        Path file = Files.createFile(folder.resolve("data"));

        assertThat(reasonFor(file)).isEqualTo(file + " is in the way: a folder has to be there, or nothing");
    }

    @Test
    void whatCannotBeMadeDoesNotExist() {
        Path nowhere = folder.resolve("a").resolve("b");

        assertThat(Reasons.of(catchThrowableOfType(IOException.class, () -> Files.createDirectory(nowhere))))
                .isEqualTo(nowhere + " does not exist, and cannot be made");
    }

    @Test
    void whoMayNotIsToldSo() {
        assertThat(Reasons.of(new AccessDeniedException("/var/lib/im")))
                .isEqualTo("/var/lib/im: the user of this process has no right to it");
    }

    @Test
    void whatTheSystemSaysOfAFileIsSaidOn() {
        assertThat(Reasons.of(new FileSystemException("/data", null, "No space left on device")))
                .isEqualTo("/data: No space left on device");
    }

    @Test
    void otherFailuresSayItThemselves() {
        assertThat(Reasons.of(new IOException("no port is free"))).isEqualTo("no port is free");
        assertThat(Reasons.of(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }

    private static String reasonFor(Path path) {
        return Reasons.of(catchThrowableOfType(IOException.class, () -> Files.createDirectories(path)));
    }
}
