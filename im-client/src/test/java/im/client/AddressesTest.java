package im.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.proto.base.IpAddr;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressesTest {

    @Test
    void leavesOutWhatCannotBeConnectedTo() {
        assertThat(Addresses.of(List.of(ip("", 1), ip("10.0.0.1", 0), ip("10.0.0.1", -1), ip("a b", 1), ip("::1", 80))))
                .containsExactly(HostAndPort.fromParts("::1", 80));
        assertThat(Addresses.of(List.of(ip("10.0.0.1", 70000), ip("10.0.0.1:80", 80), ip("[x", 80))))
                .isEmpty();
    }

    private static IpAddr ip(String ip, int port) {
        return IpAddr.newBuilder().setIp(ip).setPort(port).build();
    }
}
