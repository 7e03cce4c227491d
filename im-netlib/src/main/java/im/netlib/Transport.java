package im.netlib;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/** Native epoll where it is to be had, Java NIO elsewhere ({@code -Dio.netty.transport.noNative=true} forces that). */
public final class Transport {
    private static final String LEAKS = "io.netty.leakDetection.level";

    // By itself Netty follows a part of all buffers to see whether they are given back, which shows in every profile.
    // Tests follow all of them, and whoever sets the property has what it says.
    static {
        if (System.getProperty(LEAKS) == null) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
    }

    private static final Pattern NATIVE_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    private Transport() {}

    /** @param name of the threads */
    public static EventLoopGroup eventLoops(String name, int threads) {
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io);
    }

    /** What listens on those event loops; for ports that do not speak PDUs. */
    public static Class<? extends ServerSocketChannel> serverChannel() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** What connects from those event loops; for who does not speak PDUs. */
    public static Class<? extends SocketChannel> channel() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Why there is no connection or port, without the call and the number of the error, with which the native transport begins. */
    static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : NATIVE_CALL.matcher(message).replaceFirst("");
    }

    /**
     * What to tell an operator, in a line.
     *
     * @param name of what would listen
     */
    public static IOException cannotListen(String name, InetSocketAddress address, Throwable failure) {
        String reason = reason(failure);
        String remedy = reason.contains("in use") ? "; end what listens there, or set another port" : "";
        return new IOException(
                "cannot listen on " + NetUtil.toSocketAddressString(address) + " (" + name + "): " + reason + remedy,
                failure);
    }
}
