package im.file.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.server.token.TokenKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenKeyFileTest {
    @TempDir
    Path folder;

    @Test
    void aFolderKeepsItsKeyAndItsOwnerAloneCanReadIt() throws IOException {
        TokenKey key = TokenKeyFile.open(folder);

        assertThat(TokenKeyFile.open(folder).bytes()).isEqualTo(key.bytes());
        assertThat(Files.getPosixFilePermissions(folder.resolve("token-key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("token-key"));
        }
    }

    @Test
    void serversThatStartAtOnceHaveOneKey() throws Exception {
        ExecutorService servers = Executors.newFixedThreadPool(8);
        try {
            Callable<String> server =
                    () -> HexFormat.of().formatHex(TokenKeyFile.open(folder).bytes());
            List<Future<String>> keys = servers.invokeAll(List.of(server, server, server, server, server, server));
            String key = HexFormat.of().formatHex(TokenKeyFile.open(folder).bytes());
            for (Future<String> each : keys) {
                assertThat(each.get()).isEqualTo(key);
            }
        } finally {
            servers.shutdown();
        }
    }

    @Test
    void somethingElseInTheFileIsSaid() throws IOException {
        Files.writeString(folder.resolve("token-key"), "short");

        assertThatThrownBy(() -> TokenKeyFile.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not hold a key");
    }
}
