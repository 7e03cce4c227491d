package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import im.proto.Commands;
import im.testkit.LoggedLines;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that read slowly or not at all, over real sockets whose buffers fill up. Every way to protect a connection inherits these. */
@Timeout(120)
abstract class SlowPeerContract {
    static final int PIECE = 64 << 10;
    static final int PIECES = 192;
    private static final Router<Session> TALKERS = Router.<Session>forRole("talker")
            .onPdu(Commands.FILE_STATE, (session, pdu) -> {})
            .build();
    private static final Limits LIMITS = new Limits(4096, Duration.ofSeconds(60));

    private final LoggedLines log = new LoggedLines(Connection.class);
    final byte[] data = new byte[PIECE];
    private TestServer server;
    private Socket peer;
    Connection connection;

    /** What protects the port. */
    abstract Tls tls() throws IOException;

    /** The same for the peer, whose connection this is. */
    abstract Socket protect(Socket connected) throws IOException;

    SlowPeerContract() {
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

    void connect(Duration stallLimit, Duration lingerLimit, int maxOutbound) throws Exception {
        server = new TestServer(
                new ConnectionSettings(Duration.ZERO, maxOutbound, stallLimit, lingerLimit, tls()),
                fresh -> fresh.become(TALKERS, new Session() {}, LIMITS));
        Socket connecting = new Socket();
        connecting.setReceiveBufferSize(16 << 10);
        connecting.setSoTimeout(20_000);
        connecting.connect(
                new InetSocketAddress(
                        server.address().getAddress(), server.address().getPort()),
                10_000);
        peer = protect(connecting);
        connection = server.accepted();
    }

    void onLoop(Runnable task) {
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

    long expectedChecksum() {
        CRC32 crc = new CRC32();
        for (int i = 0; i < PIECES; i++) {
            crc.update(data);
        }
        return crc.getValue();
    }

    /** Reads in small pieces to the end of the stream, so that the sender has to wait again and again. */
    long readToTheEnd() throws IOException {
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
            ChannelFuture write = connection.write(Unpooled.wrappedBuffer(data));
            taken += write.isDone() && !write.isSuccess() ? 0 : PIECE;
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
