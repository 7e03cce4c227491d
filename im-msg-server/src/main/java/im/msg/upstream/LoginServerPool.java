package im.msg.upstream;

import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import im.msg.domain.LoginServers;
import im.msg.domain.OnlineUsers;
import im.msg.domain.UserId;
import im.netlib.Link;
import im.proto.server.IMMsgServInfo;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Supplier;

/** All login-servers; each is told the same. Thread-safe. */
public final class LoginServerPool implements LoginServers, AutoCloseable {
    private final ImmutableList<LoginServerLink> links;

    /**
     * @param presentation asked on every connection, when the client port is bound
     * @param loops gives the event loop of each link
     */
    public LoginServerPool(
            List<HostAndPort> addresses,
            Supplier<Presentation> presentation,
            OnlineUsers online,
            Supplier<EventLoop> loops,
            LinkSettings settings) {
        // Here, because asking the system may take seconds, for which an event loop would stand still.
        String hostName = addresses.isEmpty() ? "" : hostName();
        this.links = addresses.stream()
                .map(address -> new LoginServerLink(
                        address,
                        loops.get(),
                        settings,
                        linkEnd -> presentation.get().infoFor(linkEnd).setHostName(hostName),
                        online::count))
                .collect(ImmutableList.toImmutableList());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unnamed";
        }
    }

    public List<? extends Link> links() {
        return links;
    }

    /** Starts connecting. */
    public void start() {
        links.forEach(LoginServerLink::start);
    }

    @Override
    public void loadChanged(UserId user) {
        links.forEach(link -> link.loadChanged(user));
    }

    @Override
    public void close() {
        links.forEach(LoginServerLink::close);
    }

    /**
     * What login-servers tell clients about this msg-server.
     *
     * @param hosts at most two count; none means the address from which this server reaches the login-server, unless it listens on one
     * @param listening where clients connect
     * @param maxClients how many this server takes
     */
    public record Presentation(List<String> hosts, InetSocketAddress listening, int maxClients) {
        private IMMsgServInfo.Builder infoFor(InetSocketAddress linkEnd) {
            InetAddress here =
                    listening.getAddress().isAnyLocalAddress() ? linkEnd.getAddress() : listening.getAddress();
            String first = hosts.isEmpty() ? here.getHostAddress() : hosts.get(0);
            return IMMsgServInfo.newBuilder()
                    .setIp1(first)
                    .setIp2(hosts.size() > 1 ? hosts.get(1) : first)
                    .setPort(listening.getPort())
                    .setMaxConnCnt(maxClients);
        }
    }
}
