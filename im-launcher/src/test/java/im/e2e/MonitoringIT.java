package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.launcher.Stack;
import im.launcher.Stack.Managed;
import im.launcher.Topology;
import im.testkit.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is in conf/monitoring, against what servers say. */
@Timeout(180)
class MonitoringIT {
    private static final Path MONITORING = Path.of("..", "conf", "monitoring");
    /** As all meters are named that rules and panels may use. */
    private static final Pattern METER = Pattern.compile("\\b(?:im|jvm|process|hikaricp|netty|system)_[a-z0-9_]+");

    private static final Pattern DOCUMENTED = Pattern.compile("\\bim_[a-z0-9_]+");
    private static final Pattern ALERT = Pattern.compile("alert: (\\w+)");

    @TempDir
    Path folder;

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> all = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            all.add(matcher.group(matcher.groupCount()));
        }
        return all;
    }

    private static String operations() throws IOException {
        return Files.readString(Path.of("..", "docs", "operations.md"));
    }

    /** The names in a scrape of every kind of server. */
    private Set<String> scraped() throws Exception {
        try (UserDatabase database = new UserDatabase(List.of("alice"))) {
            Map<String, String> settings = new HashMap<>(database.settings());
            settings.putAll(ManagementPorts.free());
            settings.putAll(CertificatesOfServers.settings(
                    TestCertificates.in(folder.resolve("for-clients")),
                    TestCertificates.in(folder.resolve("for-servers"))));
            settings.putAll(Map.of(
                    "db-proxy.port", "0",
                    "file-server.client.port", "0",
                    "file-server.internal.port", "0",
                    "file-server.store.folder", folder.resolve("files").toString(),
                    "msg-server.client.port", "0",
                    // Nobody is there.
                    "msg-server.push.webhook.url", "http://127.0.0.1:9/"));
            settings.putAll(Map.of(
                    "route-server.port", "0",
                    "login-server.http.port", "0",
                    "login-server.client.port", "0",
                    "login-server.internal.port", "0"));
            Set<String> names = new TreeSet<>();
            try (Stack stack = Stack.start(new Topology(2, 1, 1, Optional.empty()), settings)) {
                for (Managed server : stack.managed()) {
                    names.addAll(found(Pattern.compile("(?m)^[a-z0-9_]+"), metrics(server)));
                }
            }
            return names;
        }
    }

    private static String metrics(Managed server) throws Exception {
        URI metrics = URI.create("http://127.0.0.1:" + server.address().getPort() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void everyMeterOfRulesPanelsAndDocumentsIsThere() throws Exception {
        Set<String> there = scraped();
        for (String file : List.of("alerts.yml", "dashboard.json")) {
            Set<String> used = found(METER, Files.readString(MONITORING.resolve(file)));
            assertThat(used).as(file).isNotEmpty().isSubsetOf(there);
        }
        there.removeIf(name -> !name.startsWith("im_"));
        // A histogram has names of its own below that of the meter.
        there.removeIf(name -> name.matches(".*_seconds_(bucket|count|sum|max)"));
        assertThat(found(DOCUMENTED, operations())).as("operations.md").containsAll(there);
    }

    @Test
    void everyAlertIsExplained() throws Exception {
        for (String alert : found(ALERT, Files.readString(MONITORING.resolve("alerts.yml")))) {
            assertThat(operations()).contains(alert);
        }
    }

    @Test
    void rulesTellOfWhatTheyAreMeantFor() throws Exception {
        ProcessBuilder promtool = new ProcessBuilder("promtool", "test", "rules", "src/test/resources/alerts-test.yml");
        Process process;
        try {
            process = promtool.redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "no promtool on the PATH, so rules are not tried");
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
