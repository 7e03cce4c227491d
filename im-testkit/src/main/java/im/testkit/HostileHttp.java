package im.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** What clients of an HTTP port do that want to keep it busy. Every wait ends after ten seconds. */
public final class HostileHttp {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int PAUSE_MILLIS = 20;

    private HostileHttp() {}

    private static Socket connect(InetSocketAddress port) throws IOException {
        Socket socket = new Socket(port.getAddress(), port.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** Sends this byte for byte; gives the line that is answered first, or nothing when the connection is closed instead. */
    public static String answerByteForByte(InetSocketAddress port, String request) throws IOException {
        try (Socket socket = connect(port)) {
            for (byte one : request.getBytes(US_ASCII)) {
                socket.getOutputStream().write(one);
            }
            return firstLine(socket);
        } catch (SocketException closed) {
            return "";
        }
    }

    private static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0 && next != '\r';
                next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /**
     * Sends the start of a request, and this piece again and again, until the server has closed the connection.
     *
     * @param piece empty for who is silent
     * @throws AssertionError if it does not
     */
    public static void piecesUntilClosed(InetSocketAddress port, String start, String piece) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(start.getBytes(US_ASCII));
            socket.setSoTimeout(PAUSE_MILLIS);
            long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
            while (System.nanoTime() < deadline) {
                try {
                    if (socket.getInputStream().read() < 0) {
                        return;
                    }
                } catch (SocketTimeoutException stillOpen) {
                    socket.getOutputStream().write(piece.getBytes(US_ASCII));
                }
            }
        } catch (SocketException reset) {
            return;
        }
        throw new AssertionError("still open after " + PATIENCE_MILLIS + " ms of " + start);
    }

    /** Opens so many connections, which end when this returns; gives how many the server closed at once. */
    public static int turnedAway(InetSocketAddress port, int connections, int expected) throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                open.add(connect(port));
            }
            int[] closed = {0};
            open.forEach(HostileHttp::lookOnly);
            Eventually.until("the others are turned away", () -> {
                closed[0] += (int) open.stream().filter(HostileHttp::isClosed).count();
                open.removeIf(Socket::isClosed);
                return closed[0] >= expected;
            });
            return closed[0];
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static void lookOnly(Socket socket) {
        try {
            socket.setSoTimeout(1);
        } catch (SocketException closed) {
            throw new AssertionError(closed);
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            if (socket.getInputStream().read() >= 0) {
                throw new AssertionError("it answers what nobody asked");
            }
            socket.close();
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
