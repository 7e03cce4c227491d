package im.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.TransferFileType;
import im.server.management.ManagementPort;
import im.testkit.Browser;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people see of the transfers of a real server. */
@Timeout(180)
class LiveTransfersIT {
    private static final String HOSTILE = "<img src=x onerror=document.title='owned'>\u202efdp.exe";
    private static final int SIZE = 4096;
    private static final int DONE = 1024;

    @TempDir
    Path folder;

    @TempDir
    Path scratch;

    private FileServerFixture fixture;
    private ManagementPort port;
    private URI page;
    private String task;
    private WireClient sender;
    private WireClient receiver;

    @BeforeEach
    void start() throws Exception {
        fixture = new FileServerFixture(folder);
        port = ManagementPort.start(
                "file-server", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), fixture.telemetry());
        page = URI.create("http://127.0.0.1:" + port.address().getPort() + "/");
        task = fixture.task(TransferFileType.FILE_TYPE_ONLINE, HOSTILE, SIZE);
        sender = fixture.sender(task);
        receiver = fixture.receiver(task);
        receiver.expect(Commands.FILE_STATE);
        relay(0);
    }

    private void relay(int offset) throws Exception {
        receiver.send(Commands.FILE_PULL_DATA_REQ, 5, FileServerFixture.pull(task, offset, DONE));
        sender.expect(Commands.FILE_PULL_DATA_REQ);
        sender.send(
                Commands.FILE_PULL_DATA_RSP,
                5,
                FileServerFixture.block(task, FileServerFixture.ALICE, offset, ByteString.copyFrom(new byte[DONE])));
        receiver.expect(Commands.FILE_PULL_DATA_RSP);
    }

    @AfterEach
    void stop() throws Exception {
        port.close();
        fixture.close();
    }

    @Test
    void aTransferIsToldWithoutWhatLetsPeopleIn() throws Exception {
        try (Stream<String> lines = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page.resolve("/events")).build(), HttpResponse.BodyHandlers.ofLines())
                .body()) {
            String event = lines.filter(line -> !line.isEmpty()).findFirst().orElseThrow();
            assertThat(event)
                    .startsWith("data: {")
                    .contains(
                            "\"count\":1",
                            "\"task\":\"" + task.substring(0, 8) + "\"",
                            "\"from\":1,",
                            "\"to\":2}",
                            "\"mode\":\"online\"",
                            "\"state\":\"running\"",
                            "\"done\":1024,",
                            "\"size\":4096,")
                    .doesNotContain(task)
                    .doesNotContain("img");
        }
    }

    @Test
    void thePageShowsItAsItGoesOn() throws Exception {
        try (Browser browser = Browser.open(page, scratch)) {
            Eventually.until("the transfer is shown", () -> browser.text().contains("1.0 KiB of 4.0 KiB"));
            assertThat(browser.text()).contains("1 transfers", "live", task.substring(0, 8), "online", "running");
            Eventually.until("two events have come", () -> browser.text().contains("0 B/s"));
            relay(DONE);
            Eventually.until("it is seen to go on", () -> browser.text().contains("2.0 KiB of 4.0 KiB"));
            fixture.disconnectClients();
            Eventually.until("it is seen to end", () -> browser.text().contains("0 transfers"));

            assertThat(browser.evaluate("document.documentElement.outerHTML"))
                    .doesNotContain(task)
                    .doesNotContain("img");
        }
    }
}
