package im.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A small load of each kind, against servers in processes of their own. */
class BenchCommandIT {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Runs the command in the folder, where nothing but the figures is left. */
    private Config figuresOf(String... arguments) {
        Path json = folder.resolve("figures.json");
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--folder=" + folder, "--json=" + json));

        int exitCode = command.execute(all.toArray(String[]::new));

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(folder.toFile().list()).containsExactly("figures.json");
        return ConfigFactory.parseFile(json.toFile());
    }

    @ParameterizedTest
    @ValueSource(strings = {"online", "upload", "download"})
    void aLoadIsMeasuredBesideItsYardsticks(String mode) {
        Config figures = figuresOf(
                "--mode=" + mode,
                "--size=300KiB",
                "--count=6",
                "--concurrency=2",
                "--window=64KiB",
                "--rtt=1ms",
                "--warm-up=0ms",
                "--rounds=1");

        assertThat(out.toString()).contains(mode, "raw loopback", "CPU s/GiB");
        Config load = figures.getConfig("cases").getConfig(mode);
        assertThat(load.getDouble("megabytesPerSecond")).isPositive();
        assertThat(load.getDouble("transferMillis.p50")).isPositive();
    }

    @Test
    void itIsSaidWhereTheServerSpendsItsTime() {
        Config figures = figuresOf("--mode=online", "--size=1MiB", "--warm-up=0ms", "--rounds=1", "--profile");

        assertThat(out.toString()).contains("processor time, online", "all of ours");
        Config profile = figures.getConfig("profile");
        assertThat(profile.getLong("samples")).isPositive();
        assertThat(profile.getDouble("ours")).isBetween(0.0, 1.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void messagesAreStoredAndDeliveredAndMeasured(int msgServers) {
        Config figures = figuresOf(
                "--mode=message",
                "--pairs=3",
                "--msg-servers=" + msgServers,
                "--duration=200ms",
                "--warm-up=0ms",
                "--rounds=1");

        assertThat(out.toString()).contains("messages/s", "db-proxy");
        Config messages = figures.getConfig("figures");
        assertThat(messages.getDouble("messagesPerSecond")).isPositive();
        assertThat(messages.getDouble("halfDeliveryMillis.p99")).isPositive();
    }

    @Test
    void whatTlsCostsIsMeasured() {
        Config figures = figuresOf("--tls", "--quick");

        assertThat(out.toString()).contains("with TLS: CPU s/GiB", "with a handshake of TLS");
        assertThat(figures.getDouble("upload.tls.megabytesPerSecond")).isPositive();
        assertThat(figures.getDouble("handshakes.perSecond")).isPositive();
    }

    @Test
    void whatUsersAndMessagesCostIsMeasured() {
        Config figures = figuresOf("--scale", "--quick");

        assertThat(out.toString()).contains("memory of an idle connection", "message passed on");
        assertThat(figures.entrySet()).hasSize(12);
    }
}
