package im.testkit.fuzz;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;

/**
 * A bare socket that sends anything in pieces of any length, reads next to nothing, and does not mind being thrown out. What it is sent has to fit
 * the buffers of the kernel. One thread at a time.
 */
public final class HostileClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final Random random;

    private HostileClient(Socket socket, Random random) {
        this.socket = socket;
        this.random = random;
    }

    public static HostileClient connect(InetSocketAddress address, Random random) throws IOException {
        Socket socket = new Socket(address.getHostString(), address.getPort());
        socket.setTcpNoDelay(true);
        return new HostileClient(socket, random);
    }

    /** As a server, for one who connects. */
    static HostileClient accept(ServerSocket server, Random random) throws IOException {
        server.setSoTimeout(PATIENCE_MILLIS);
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        return new HostileClient(socket, random);
    }

    public void send(byte[] bytes) {
        try {
            for (byte[] piece : new Mutations(random).pieces(bytes)) {
                socket.getOutputStream().write(piece);
            }
        } catch (IOException thrownOut) {
            // As it should be.
        }
    }

    /** Until something has come, or the end of the connection, or nothing for some seconds. */
    public void awaitAnswer() {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getInputStream().read();
        } catch (IOException thrownOut) {
            // As it should be.
        }
    }

    /** Goes in order, or as a machine that crashed, or says only that it will send nothing more, or stays. */
    public void leave() throws IOException {
        switch (random.nextInt(4)) {
            case 0 -> socket.close();
            case 1 -> {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            case 2 -> {
                try {
                    socket.shutdownOutput();
                } catch (IOException thrownOut) {
                    // As it should be.
                }
            }
            default -> {}
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
