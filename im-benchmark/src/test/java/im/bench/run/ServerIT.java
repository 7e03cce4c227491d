package im.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import im.bench.wire.Dialer;
import im.bench.wire.Mode;
import im.bench.wire.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerIT {
    @TempDir
    private Path folder;

    @Test
    void whatWasUploadedDoesNotStayInTheStore() throws Exception {
        try (Dialer dialer = new Dialer(Duration.ZERO);
                Server server = Server.start(dialer, folder, Map.of(), List.of())) {
            server.load("upload", Mode.UPLOAD, new Plan(100_000, 3, 2, 32_768, 32_768))
                    .work()
                    .run();
        }

        try (Stream<Path> left = Files.walk(folder.resolve("files/files"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
