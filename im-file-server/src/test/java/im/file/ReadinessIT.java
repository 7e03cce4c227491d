package im.file;

import static org.assertj.core.api.Assertions.assertThat;

import im.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ReadinessIT {
    @TempDir
    Path folder;

    @Test
    void aServerWhoseStoreCannotBeWrittenIsNotReadyUntilItCan() throws Exception {
        try (FileServerFixture fixture = new FileServerFixture(folder)) {
            assertThat(fixture.missing()).isEmpty();

            Path incoming = folder.resolve("incoming");
            Path elsewhere = folder.resolve("elsewhere");
            Files.move(incoming, elsewhere);
            Eventually.until("it is noticed", () -> fixture.missing().equals(List.of("the store cannot be written")));

            Files.move(elsewhere, incoming);
            Eventually.until("it is ready again", () -> fixture.missing().isEmpty());
        }
    }
}
