package im.db;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between the server and its database, and lets nothing through while it is shut. */
final class TcpGate implements AutoCloseable {
    private final InetSocketAddress target;
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean open;

    TcpGate(InetSocketAddress target) throws IOException {
        this.target = target;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void open() {
        open = true;
    }

    /** Cuts every connection; new ones end as soon as they begin. */
    void shut() throws IOException {
        open = false;
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket near = keep(listener.accept());
                if (open) {
                    Socket far = keep(new Socket(target.getAddress(), target.getPort()));
                    start(() -> pump(near, far));
                    start(() -> pump(far, near));
                } else {
                    near.close();
                }
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private Socket keep(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to;
                InputStream input = from.getInputStream()) {
            input.transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // Closing both is all there is to do.
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "tcp-gate");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        shut();
    }
}
