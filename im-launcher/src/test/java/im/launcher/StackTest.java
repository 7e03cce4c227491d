package im.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackTest {
    private static InetSocketAddress listening(String host) {
        return new InetSocketAddress(InetAddresses.forString(host), 8601);
    }

    @Test
    void whereAServerListensCanBeReadBackAlsoWithIpVersionSix() {
        String addresses = Stack.addresses(List.of(listening("127.0.0.2"), listening("::1"), listening("::")));
        assertThat(addresses.split(","))
                .extracting(HostAndPort::fromString)
                .extracting(HostAndPort::getHost)
                .containsExactly("127.0.0.2", "0:0:0:0:0:0:0:1", "127.0.0.1");
    }
}
