package im.client;

import com.google.common.collect.ImmutableSet;
import com.google.common.net.HostAndPort;
import im.proto.base.IpAddr;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the address lists of the protocol. */
final class Addresses {
    /** A name, or an address of either kind. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

    private Addresses() {}

    /** The addresses that can be connected to, in order; others are left out. */
    static List<HostAndPort> of(List<IpAddr> list) {
        return list.stream().flatMap(address -> of(address).stream()).toList();
    }

    private static Optional<HostAndPort> of(IpAddr address) {
        if (address.getPort() == 0 || !HOST.matcher(address.getIp()).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(HostAndPort.fromParts(address.getIp(), address.getPort()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
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
