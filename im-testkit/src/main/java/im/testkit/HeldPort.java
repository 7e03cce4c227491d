package im.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A loopback port for one server at a time, which may stop and start again: while it does not listen, connections are refused, and
 * nobody else on this machine is given the port. Needs a system where two sockets may have one address as long as only one of them
 * listens, as Linux does; the server's has to allow that its address is in use ({@code SO_REUSEADDR}).
 */
public final class HeldPort implements AutoCloseable {
    private final Socket holder = new Socket();
    private final InetSocketAddress address;

    /** @throws IOException when there is no port left */
    public HeldPort() throws IOException {
        holder.setReuseAddress(true);
        holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        address = (InetSocketAddress) holder.getLocalSocketAddress();
    }

    /** Where to listen, and to connect to. */
    public InetSocketAddress address() {
        return address;
    }

    /** Gives the port back. */
    @Override
    public void close() {
        try {
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
