package im.client;

import com.google.common.collect.ImmutableSet;
import com.google.common.net.HostAndPort;
import im.proto.base.IpAddr;
import java.util.List;

/** Reads the address lists of the protocol. */
final class Addresses {
    private static final int LARGEST_PORT = 0xffff;

    private Addresses() {}

    /** The addresses that can be connected to, in order; others are left out. */
    static List<HostAndPort> of(List<IpAddr> list) {
        return list.stream()
                .filter(address ->
                        isHost(address.getIp()) && address.getPort() > 0 && address.getPort() <= LARGEST_PORT)
                .map(address -> HostAndPort.fromParts(address.getIp(), address.getPort()))
                .toList();
    }

    private static boolean isHost(String ip) {
        return !ip.isEmpty() && ip.chars().noneMatch(c -> c <= ' ' || c == '/');
    }

    /** First the ones, then the others, each once. */
    static List<HostAndPort> inOrder(List<HostAndPort> first, List<HostAndPort> then) {
        return ImmutableSet.<HostAndPort>builder()
                .addAll(first)
                .addAll(then)
                .build()
                .asList();
    }
}
