package im.bench.yardstick;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Sends as many bytes as it is asked for, on a blocking socket and a thread for each connection. */
final class Source implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final Sending sending;

    /** How bytes go out. */
    interface Sending {
        void send(SocketChannel out, long length) throws IOException;
    }

    private Source(ServerSocketChannel listener, Sending sending) {
        this.listener = listener;
        this.sending = sending;
    }

    static Source listen(Sending sending) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(Yardsticks.anyPort(), 1024);
        Source source = new Source(listener, sending);
        start(source::accept);
        return source;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "source");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                start(() -> serve(connection));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            ByteBuffer wanted = ByteBuffer.allocate(Long.BYTES);
            while (wanted.hasRemaining()) {
                if (connection.read(wanted) < 0) {
                    throw new EOFException("gone before it asked");
                }
            }
            sending.send(connection, wanted.getLong(0));
        } catch (IOException e) {
            // The load says what it misses.
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
