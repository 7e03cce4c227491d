package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import im.proto.Commands;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that read slowly or not at all, over real sockets whose buffers fill up. */
@Timeout(120)
class SlowPeerIT {
    private static final int PIECE = 64 << 10;
    private static final int PIECES = 192;
    private static final Router<Session> TALKERS = Router.<Session>forRole("talker")
            .onPdu(Commands.FILE_STATE, (session, pdu) -> {})
            .build();
    private static final Limits LIMITS = new Limits(4096, Duration.ofSeconds(60));

    private final LoggedLines log = new LoggedLines(Connection.class);
    private final byte[] data = new byte[PIECE];
    private TestServer server;
    private Socket peer;
    private Connection connection;

    SlowPeerIT() {
        new Random(5).nextBytes(data);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        if (peer != null) {
            peer.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private void connect(Duration stallLimit, Duration lingerLimit, int maxOutbound) throws Exception {
        server = new TestServer(
                new ConnectionSettings(Duration.ZERO, maxOutbound, stallLimit, lingerLimit),
                fresh -> fresh.become(TALKERS, new Session() {}, LIMITS));
        peer = new Socket();
        peer.setReceiveBufferSize(16 << 10);
        peer.setSoTimeout(20_000);
        peer.connect(
                new InetSocketAddress(
                        server.address().getAddress(), server.address().getPort()),
                10_000);
        connection = server.accepted();
    }

    private void onLoop(Runnable task) {
        connection.loop().submit(task).syncUninterruptibly();
    }

    private void sendEverythingAndCloseAfterFlush() {
        onLoop(() -> {
            for (int i = 0; i < PIECES; i++) {
                connection.write(Unpooled.wrappedBuffer(data));
            }
            connection.closeAfterFlush("all sent");
        });
    }

    private long expectedChecksum() {
        CRC32 crc = new CRC32();
        for (int i = 0; i < PIECES; i++) {
            crc.update(data);
        }
        return crc.getValue();
    }

    /** Reads in small pieces to the end of the stream, so that the sender has to wait again and again. */
    private long readToTheEnd() throws IOException {
        CRC32 crc = new CRC32();
        byte[] buffer = new byte[8 << 10];
        InputStream in = peer.getInputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            crc.update(buffer, 0, n);
        }
        return crc.getValue();
    }

    @Test
    void everyByteQueuedBeforeTheCloseReachesASlowPeer() throws Exception {
        connect(Duration.ofSeconds(30), Duration.ofSeconds(30), 16 << 20);

        sendEverythingAndCloseAfterFlush();
        assertThat(connection.isWritable()).as("most of it has to wait").isFalse();

        assertThat(readToTheEnd()).isEqualTo(expectedChecksum());
        peer.close();
        TestServer.awaitClosed(connection);
        assertThat(log.at(Level.WARN)).isEmpty();
    }

    @Test
    void everyByteReachesASlowPeerThatGoesOnSending() throws Exception {
        connect(Duration.ofSeconds(30), Duration.ofSeconds(30), 16 << 20);
        byte[] frames = RawFrame.concat(
                RawFrame.of(0x0503, 1, new byte[100]).bytes(),
                RawFrame.of(0x0701, 1, new byte[0]).bytes());

        sendEverythingAndCloseAfterFlush();
        CompletableFuture<Void> talking = CompletableFuture.runAsync(() -> {
            try {
                OutputStream out = peer.getOutputStream();
                while (!peer.isClosed()) {
                    out.write(frames);
                }
            } catch (IOException ended) {
                // The server has closed, or the test has.
            }
        });

        assertThat(readToTheEnd()).isEqualTo(expectedChecksum());
        peer.close();
        talking.get(20, TimeUnit.SECONDS);
        TestServer.awaitClosed(connection);
        assertThat(log.at(Level.WARN)).isEmpty();
    }

    @Test
    void everyByteReachesASlowPeerThatWasNotListenedToWhenTheEndCame() throws Exception {
        connect(Duration.ofSeconds(30), Duration.ofSeconds(30), 16 << 20);
        onLoop(() -> connection.readFrom(false));
        byte[] unread = RawFrame.of(0x0503, 1, new byte[4000]).bytes();
        peer.getOutputStream().write(unread);

        sendEverythingAndCloseAfterFlush();

        assertThat(readToTheEnd()).isEqualTo(expectedChecksum());
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

    @Test
    void aPeerThatReadsNothingIsCutOffByTheStallLimit() throws Exception {
        connect(Duration.ofMillis(300), Duration.ofSeconds(30), 16 << 20);

        onLoop(() -> {
            for (int i = 0; i < PIECES; i++) {
                connection.write(Unpooled.wrappedBuffer(data));
            }
        });

        TestServer.awaitClosed(connection);
        assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("has read nothing");
    }

    @Test
    void aPeerThatReadsNothingIsCutOffByTheStallLimitWhileTheRestIsFlushed() throws Exception {
        connect(Duration.ofMillis(300), Duration.ofSeconds(30), 16 << 20);

        sendEverythingAndCloseAfterFlush();

        TestServer.awaitClosed(connection);
        assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("has read nothing");
    }

    @Test
    void aPeerThatReadsNothingIsCutOffBeforeItCostsMoreMemoryThanItsLimit() throws Exception {
        int limit = 4 << 20;
        connect(Duration.ofSeconds(60), Duration.ofSeconds(60), limit);
        int[] taken = {0};

        onLoop(() -> {
            while (!connection.isClosing() && taken[0] < 10_000) {
                connection.write(Unpooled.wrappedBuffer(data));
                taken[0]++;
            }
        });

        TestServer.awaitClosed(connection);
        // What the kernel buffers comes on top; it is some MiB.
        assertThat((long) taken[0] * PIECE).isLessThan(32 << 20);
        assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("does not read");
    }

    @Test
    void aPeerThatReadsNothingIsCutOffAtTheSameLimitWhenAnotherThreadSends() throws Exception {
        int limit = 4 << 20;
        connect(Duration.ofSeconds(60), Duration.ofSeconds(60), limit);
        long taken = 0;

        while (!connection.closed().isDone() && taken < 1 << 30) {
            connection.write(Unpooled.wrappedBuffer(data));
            taken += PIECE;
        }

        TestServer.awaitClosed(connection);
        assertThat(taken).isLessThan(1 << 30);
    }

    @Test
    void aPeerThatNeverEndsItsSideIsNotWaitedForLongerThanTheLingerLimit() throws Exception {
        connect(Duration.ofSeconds(30), Duration.ofMillis(200), 16 << 20);

        connection.closeAfterFlush("nothing to say");

        assertThat(peer.getInputStream().read()).isEqualTo(-1);
        TestServer.awaitClosed(connection);
        assertThat(log.at(Level.WARN)).isEmpty();
    }

    @Test
    void aPeerThatResetsDuringTheFlushIsOver() throws Exception {
        connect(Duration.ofSeconds(30), Duration.ofSeconds(30), 16 << 20);
        sendEverythingAndCloseAfterFlush();

        peer.setSoLinger(true, 0);
        peer.close();

        TestServer.awaitClosed(connection);
        assertThat(log.at(Level.WARN)).isEmpty();
        assertThat(log.at(Level.ERROR)).isEmpty();
    }
}
