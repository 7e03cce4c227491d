package im.server;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command in a JVM of its own: what its environment does to it, and how it starts and stops. */
@Timeout(120)
class ServerCommandIT {
    private static final int PATIENCE_SECONDS = 60;

    private Process server;

    @AfterEach
    void kill() {
        if (server != null) {
            server.destroyForcibly();
        }
    }

    private BufferedReader start(Map<String, String> environment, List<String> jvmOptions, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EchoServerMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        server = builder.start();
        return new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    }

    private static List<String> linesUpTo(BufferedReader output, String last) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.contains(last)) {
                return lines;
            }
        }
        throw new AssertionError("no line with \"" + last + "\" in " + lines);
    }

    private int exitCode() throws InterruptedException {
        assertThat(server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("it ends")
                .isTrue();
        return server.exitValue();
    }

    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void aServerRunsUntilItIsToldToStopAndStopsInOrder() throws Exception {
        BufferedReader output = start(Map.of(), List.of());
        List<String> started = linesUpTo(output, "test-server: started");
        assertThat(started).contains("started with 4");
        assertThat(server.isAlive()).isTrue();
        String management = started.get(started.size() - 1).replaceFirst(".*:", "http://127.0.0.1:");
        assertThat(get(management + "/health/ready")).isEqualTo("{\"status\":\"ready\"}");

        // The signal alone: destroying the Process would close its output too.
        server.toHandle().destroy();

        List<String> lines = linesUpTo(output, "test-server: stopped");
        assertThat(lines).containsSubsequence("draining", "closed");
        assertThat(exitCode()).isEqualTo(143);
    }

    @Test
    void whatIsUnderWayIsWaitedForUntilASecondSignal() throws Exception {
        BufferedReader output = start(Map.of(), List.of("-D" + EchoServerMain.BUSY + "=true"));
        List<String> started = linesUpTo(output, "test-server: started");
        String management = started.get(started.size() - 1).replaceFirst(".*:", "http://127.0.0.1:");

        server.toHandle().destroy();
        linesUpTo(output, "draining");
        assertThat(get(management + "/health/ready")).contains("it is stopping");

        server.toHandle().destroy();
        assertThat(linesUpTo(output, "test-server: stopped")).contains("closed");
        assertThat(exitCode()).isEqualTo(143);
    }

    @Test
    void anEnvironmentVariableIsWeakerThanAPropertyAndStrongerThanTheReference() throws Exception {
        Map<String, String> environment = Map.of("CONFIG_FORCE_test__server_workers", "5");

        linesUpTo(start(environment, List.of()), "started with 5");
        kill();
        linesUpTo(start(environment, List.of("-Dtest-server.workers=6")), "started with 6");
        kill();
        linesUpTo(
                start(environment, List.of("-Dtest-server.workers=6"), "--set", "test-server.workers=7"),
                "started with 7");
    }

    @Test
    void anUnknownEnvironmentVariableOfOursIsRefused() throws Exception {
        BufferedReader output = start(Map.of("CONFIG_FORCE_test__server_workres", "5"), List.of());

        linesUpTo(output, "unknown key test-server.workres");
        assertThat(exitCode()).isEqualTo(2);
    }

    @Test
    void anEnvironmentVariableWithOneUnderscoreForADashIsRefused() throws Exception {
        BufferedReader output = start(Map.of("CONFIG_FORCE_test_server_workers", "5"), List.of(), "--check-config");

        linesUpTo(output, "unknown key test.server.workers (env variables");
        assertThat(exitCode()).isEqualTo(2);
    }

    @Test
    void theEnvironmentMaySpeakToOtherServersWhoseKeysAreNotKnownHere() throws Exception {
        Map<String, String> environment =
                Map.of("CONFIG_FORCE_db__proxy_database_password", "x", "CONFIG_FORCE_test__server_workers", "5");

        linesUpTo(start(environment, List.of()), "started with 5");
    }

    @Test
    void anUnknownPropertyOfOursIsRefused() throws Exception {
        BufferedReader output = start(Map.of(), List.of("-Dtest-server.workres=5"), "--check-config");

        linesUpTo(output, "unknown key test-server.workres (system properties");
        assertThat(exitCode()).isEqualTo(2);
    }

    @Test
    void aBadEnvironmentVariableIsNamed() throws Exception {
        BufferedReader output = start(Map.of("CONFIG_FORCE_test__server_workers", "many"), List.of());

        assertThat(linesUpTo(output, "test-server.workers is many"))
                .last()
                .asString()
                .contains("env");
        assertThat(exitCode()).isEqualTo(2);
    }
}
