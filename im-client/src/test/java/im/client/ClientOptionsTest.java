package im.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import org.junit.jupiter.api.Test;

class ClientOptionsTest {
    private static final ClientOptions OPTIONS =
            ClientOptions.of(HostAndPort.fromParts("127.0.0.1", 8000), "alice", "alicepw");

    @Test
    void sendsTheRecordedHash() {
        assertThat(OPTIONS.passwordMd5()).isEqualTo("15da1f78ad7d474862865bab1aab4d51");
    }

    @Test
    void neverShowsThePassword() {
        assertThat(OPTIONS.toString()).isEqualTo("alice at 127.0.0.1:8000");
    }
}
