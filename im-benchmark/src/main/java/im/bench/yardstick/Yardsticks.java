package im.bench.yardstick;

import im.bench.wire.StreamLoad;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;

/** All of them in one process, each at a port of its own. */
public final class Yardsticks {
    private static final int PIECE = 256 << 10;

    private Yardsticks() {}

    /**
     * @param file whose start is sent by the one that sends files; as long as any load asks for
     * @param ports gets raw, transfer-to, netty-relay and, where there is epoll, splice-relay
     */
    public static AutoCloseable start(Path file, Map<String, InetSocketAddress> ports) throws IOException {
        Source raw = Source.listen((out, length) -> {
            for (long sent = 0; sent < length; ) {
                ByteBuffer piece = StreamLoad.CONTENT.buffer(sent, (int) Math.min(PIECE, length - sent));
                while (piece.hasRemaining()) {
                    sent += out.write(piece);
                }
            }
        });
        FileChannel stored = FileChannel.open(file);
        Source transferTo = Source.listen((out, length) -> {
            for (long sent = 0; sent < length; ) {
                sent += stored.transferTo(sent, length - sent, out);
            }
        });
        NettyRelay relay = NettyRelay.listen();
        ports.put("raw", raw.address());
        ports.put("transfer-to", transferTo.address());
        ports.put("netty-relay", relay.address());
        SpliceRelay splice = Epoll.isAvailable() ? SpliceRelay.listen() : null;
        if (splice != null) {
            ports.put("splice-relay", splice.address());
        }
        return () -> {
            raw.close();
            transferTo.close();
            stored.close();
            relay.close();
            if (splice != null) {
                splice.close();
            }
        };
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
