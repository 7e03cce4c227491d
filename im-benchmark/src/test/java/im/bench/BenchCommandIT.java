package im.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A small load of each kind, against servers in processes of their own. */
class BenchCommandIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"online", "upload", "download"})
    void aLoadIsMeasuredBesideItsYardsticks(String mode) {
        Path json = folder.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

        int exitCode = command.execute(
                "--mode=" + mode,
                "--size=300KiB",
                "--count=6",
                "--concurrency=2",
                "--window=64KiB",
                "--rtt=1ms",
                "--warm-up=0ms",
                "--rounds=1",
                "--folder=" + folder,
                "--json=" + json);

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).contains(mode, "raw loopback", "CPU s/GiB");
        Config figures = ConfigFactory.parseFile(json.toFile());
        Config load = figures.getConfig("cases").getConfig(mode);
        assertThat(load.getDouble("megabytesPerSecond")).isPositive();
        assertThat(load.getDouble("transferMillis.p50")).isPositive();
        assertThat(folder.toFile().list()).containsExactly("figures.json");
    }

    @Test
    void itIsSaidWhereTheServerSpendsItsTime() {
        Path json = folder.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

        int exitCode = command.execute(
                "--mode=online",
                "--size=1MiB",
                "--warm-up=0ms",
                "--rounds=1",
                "--profile",
                "--folder=" + folder,
                "--json=" + json);

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).contains("processor time, online", "all of ours");
        Config profile = ConfigFactory.parseFile(json.toFile()).getConfig("profile");
        assertThat(profile.getLong("samples")).isPositive();
        assertThat(profile.getDouble("ours")).isBetween(0.0, 1.0);
        assertThat(folder.toFile().list()).containsExactly("figures.json");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void messagesAreStoredAndDeliveredAndMeasured(int msgServers) {
        Path json = folder.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

        int exitCode = command.execute(
                "--mode=message",
                "--pairs=3",
                "--msg-servers=" + msgServers,
                "--duration=200ms",
                "--warm-up=0ms",
                "--rounds=1",
                "--folder=" + folder,
                "--json=" + json);

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).contains("messages/s", "db-proxy");
        Config figures = ConfigFactory.parseFile(json.toFile()).getConfig("figures");
        assertThat(figures.getDouble("messagesPerSecond")).isPositive();
        assertThat(figures.getDouble("halfDeliveryMillis.p99")).isPositive();
        assertThat(folder.toFile().list()).containsExactly("figures.json");
    }

    @Test
    void whatTlsCostsIsMeasured() {
        Path json = folder.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

        int exitCode = command.execute("--tls", "--quick", "--folder=" + folder, "--json=" + json);

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).contains("with TLS: CPU s/GiB", "with a handshake of TLS");
        Config figures = ConfigFactory.parseFile(json.toFile());
        assertThat(figures.getDouble("upload.tls.megabytesPerSecond")).isPositive();
        assertThat(figures.getDouble("handshakes.perSecond")).isPositive();
        assertThat(folder.toFile().list()).containsExactly("figures.json");
    }

    @Test
    void whatUsersAndMessagesCostIsMeasured() {
        Path json = folder.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

        int exitCode = command.execute("--scale", "--quick", "--folder=" + folder, "--json=" + json);

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).contains("memory of an idle connection", "message passed on");
        assertThat(ConfigFactory.parseFile(json.toFile()).entrySet()).hasSize(12);
        assertThat(folder.toFile().list()).containsExactly("figures.json");
    }
}
