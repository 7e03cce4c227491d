package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowPeerIT extends SlowPeerContract {
    @Override
    Tls tls() {
        return Tls.none();
    }

    @Override
    Socket protect(Socket connected) {
        return connected;
    }

    @Test
    void piecesOfAFileReachASlowPeerWhole(@TempDir Path folder) throws Exception {
        connect(Duration.ofSeconds(30), Duration.ofSeconds(30), 16 << 20);
        Path file = Files.write(folder.resolve("file"), data);

        onLoop(() -> {
            try {
                for (int i = 0; i < PIECES; i++) {
                    ByteBuf head = Unpooled.wrappedBuffer(data, 0, 1000);
                    connection.write(head, new DefaultFileRegion(FileChannel.open(file), 1000, PIECE - 1000));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            connection.closeAfterFlush("all sent");
        });

        assertThat(readToTheEnd()).isEqualTo(expectedChecksum());
    }
}
