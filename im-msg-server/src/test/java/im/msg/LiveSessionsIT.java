package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import im.server.http.Json;
import im.server.management.ManagementPort;
import im.testkit.Browser;
import im.testkit.Eventually;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people see of the sessions of a real server. */
@Timeout(180)
class LiveSessionsIT {
    /** As HTML it would do something; on a terminal or beside other text too. */
    private static final String HOSTILE = "<img src=x onerror=document.title='owned'>\u202ecod.exe\u0007\n";

    @TempDir
    Path scratch;

    private Stack stack;

    @BeforeEach
    void start() throws Exception {
        stack = Stack.start(Map.of());
        stack.db.users.put(
                HOSTILE,
                FakeDbProxy.USERS.get("carol").toBuilder().setUserId(-1).build());
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    @Test
    void whoIsLoggedInIsListed() throws Exception {
        Client alice = stack.desktop("alice");

        Map<String, Object> now = new LiveSessions(stack.server.online()).now().join();

        assertThat(now).containsEntry("count", 1);
        assertThat(Json.object(now))
                .contains("\"user\":1", "\"name\":\"alice\"", "\"client\":\"windows\"", "\"since\":\"2")
                .contains("\"address\":\"127.0.0.1:");
        alice.close();
        Eventually.until("it is gone", () -> stack.server.online().count() == 0);
    }

    @Test
    void aNameIsTextOnThePageWhateverIsInIt() throws Exception {
        try (ManagementPort port = ManagementPort.start(
                        "msg-server", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), stack.telemetry());
                Browser browser = Browser.open(
                        URI.create("http://127.0.0.1:" + port.address().getPort() + "/"), scratch)) {
            stack.desktop(HOSTILE);

            Eventually.until("it is shown", () -> browser.text().contains("1 sessions"));

            assertThat(browser.text())
                    .contains("4294967295", "<img src=x onerror=document.title='owned'>?cod.exe??", "windows", "live")
                    .doesNotContain("\u202e");
            assertThat(browser.evaluate("document.images.length")).isEqualTo("0");
            assertThat(browser.evaluate("document.title")).isEqualTo("1 sessions");
        }
    }
}
