package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.client.ClientOptions;
import im.client.ImClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/im demo} and {@code bin/im up}, as processes of their own. */
class LauncherIT {
    @TempDir
    Path folder;

    private static Process im(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path"),
                "im.launcher.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String outputOf(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return output;
    }

    private static void leadsToAPage(String line) throws Exception {
        URI page = URI.create(line.split(" +")[1]);
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(body).contains("live.js");
    }

    @Test
    void theDemoSendsAFileBothWaysAndFindsItIdentical() throws Exception {
        Path file = TestFiles.make(folder, "mine.bin", 3_000_000);
        Process demo = im("demo", file.toString());
        String output = outputOf(demo);
        assertThat(output).contains("all identical").contains(file.toString());
        assertThat(demo.exitValue()).isZero();
    }

    @Test
    void theDemoSaysWhichFileIsNotThere() throws Exception {
        Process demo = im("demo", folder.resolve("missing").toString());
        assertThat(outputOf(demo)).contains("missing is not a file");
        assertThat(demo.exitValue()).isEqualTo(2);
    }

    @Test
    void upSaysWhatListensWhereServesClientsAndStopsWhenAsked() throws Exception {
        Process up = im(
                "up",
                "--data",
                folder.resolve("data").toString(),
                "--set",
                "msg-server.client.port=0",
                "--set",
                "file-server.client.port=0",
                "--set",
                "file-server.internal.port=0",
                "--set",
                "db-proxy.port=0",
                "--set",
                "msg-server.management.port=0",
                "--set",
                "file-server.management.port=0",
                "--set",
                "db-proxy.management.port=0");
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(up.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> lines = new ArrayList<>();
            String line = output.readLine();
            while (line != null && !line.startsWith("stop")) {
                lines.add(line);
                line = output.readLine();
            }
            assertThat(lines).anyMatch(said -> said.startsWith("file-server  for clients"));
            assertThat(lines).anyMatch(said -> said.startsWith("db-proxy"));
            assertThat(lines)
                    .filteredOn(said -> said.startsWith("watch"))
                    .hasSize(2)
                    .allSatisfy(LauncherIT::leadsToAPage);
            HostAndPort msgServer = lines.stream()
                    .filter(said -> said.startsWith("msg-server"))
                    .map(said -> HostAndPort.fromString(said.substring(said.lastIndexOf(' ') + 1)))
                    .findFirst()
                    .orElseThrow();
            try (ImClient carol = Await.result(ImClient.connect(ClientOptions.of(msgServer, "carol", "carolpw")))) {
                assertThat(carol.self().id()).isEqualTo(3);
            }
            up.destroy();
            assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            up.destroyForcibly();
        }
    }

    @Test
    void anUnknownSettingIsRefused() throws Exception {
        Process up = im("up", "--data", folder.toString(), "--set", "msg-server.clinet.port=0");
        assertThat(outputOf(up)).contains("unknown key msg-server.clinet.port");
        assertThat(up.exitValue()).isEqualTo(2);
    }

    @Test
    void severalMsgServersWithNothingThatMakesThemOneAreRefused() throws Exception {
        Process up = im("up", "--data", folder.toString(), "--msg-servers", "2");
        assertThat(outputOf(up)).contains("want a route-server or a Redis");
        assertThat(up.exitValue()).isEqualTo(2);
    }
}
