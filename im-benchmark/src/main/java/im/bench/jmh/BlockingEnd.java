package im.bench.jmh;

import com.google.protobuf.MessageLite;
import im.proto.Command;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection that allocates nothing once it is made, so that what is allocated meanwhile is the server's. */
final class BlockingEnd implements AutoCloseable {
    private static final int HEADER_LENGTH = 16;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(512 << 10);

    BlockingEnd(InetSocketAddress server) throws IOException {
        channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    static <M extends MessageLite> ByteBuffer frame(Command<M> command, M message) {
        byte[] body = message.toByteArray();
        return ByteBuffer.allocateDirect(HEADER_LENGTH + body.length)
                .putInt(HEADER_LENGTH + body.length)
                .putShort((short) 1)
                .putShort((short) 0)
                .putShort((short) command.serviceId())
                .putShort((short) command.commandId())
                .putInt(0)
                .put(body)
                .flip();
    }

    /** @param frame stays as it is */
    void send(ByteBuffer frame) throws IOException {
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
        frame.rewind();
    }

    /** The body of the next frame, until the one after. */
    ByteBuffer receive() throws IOException {
        in.clear().limit(HEADER_LENGTH);
        fill();
        in.limit(in.getInt(0));
        fill();
        return in.flip().position(HEADER_LENGTH);
    }

    private void fill() throws IOException {
        while (in.hasRemaining()) {
            if (channel.read(in) < 0) {
                throw new EOFException("the server closed the connection");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
