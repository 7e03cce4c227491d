package im.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ServerCommandTest {
    private record Config(int workers, String name) {
        static Config read(Settings settings) {
            return new Config(settings.number("workers", 1, 10), settings.text("name"));
        }
    }

    private final List<Config> started = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private CommandLine commandLine() {
        ServerCommand.Starter<Config> starter = (config, telemetry) -> {
            started.add(config);
            throw new IOException("no port is free");
        };
        return ServerCommand.commandLine("test-server", "Serves tests.", Config::read, starter)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
    }

    private int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("test.conf"), text).toString();
    }

    @Test
    void helpTellsNamePurposeOptionsAndExitCodes() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString())
                .contains(
                        "im-test-server",
                        "Serves tests.",
                        "--config",
                        "--set",
                        "--check-config",
                        "--version",
                        "Exit codes");
        assertThat(started).isEmpty();
    }

    @Test
    void theVersionNamesTheServer() {
        assertThat(run("--version")).isZero();

        assertThat(out.toString()).startsWith("im-test-server ");
        assertThat(started).isEmpty();
    }

    @Test
    void aGoodConfigurationIsSaidToBeGoodAndNothingStarts() throws IOException {
        assertThat(run("--check-config", "--config", file("test-server.workers = 7")))
                .isZero();

        assertThat(out.toString()).contains("good");
        assertThat(started).isEmpty();
    }

    @Test
    void aBadConfigurationExitsWithTwoAndSaysWhatIsWrongAndWhere() throws IOException {
        assertThat(run("--check-config", "--config", file("test-server.workers = 70")))
                .isEqualTo(2);

        assertThat(err.toString()).contains("test-server.workers is 70", "test.conf: 1", "a number from 1 to 10");
        assertThat(err.toString()).doesNotContain("\tat ");
        assertThat(started).isEmpty();
    }

    @Test
    void aBadConfigurationDoesNotStartEither() throws IOException {
        assertThat(run("--config", file("test-server.workres = 7"))).isEqualTo(2);

        assertThat(err.toString()).contains("unknown key test-server.workres");
        assertThat(started).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadExitsWithTwoAndIsNamed() {
        String missing = folder.resolve("missing.conf").toString();

        assertThat(run("--check-config", "--config", missing)).isEqualTo(2);

        assertThat(err.toString()).contains(missing);
    }

    @Test
    void anUnknownOptionExitsWithTwo() {
        assertThat(run("--port", "5")).isEqualTo(2);

        assertThat(err.toString())
                .contains("--port", "'im-test-server --help' explains it.")
                .hasLineCount(2);
        assertThat(started).isEmpty();
    }

    @Test
    void aSettingWithoutAValueExitsWithTwo() {
        assertThat(run("--set", "test-server.workers")).isEqualTo(2);
    }

    @Test
    void settingsOfTheCommandLineAreStrongestAndMayBeMany() throws IOException {
        run(
                "--config",
                file("test-server { workers = 7, name = berta }"),
                "--set",
                "test-server.workers=8",
                "--set",
                "test-server.name=a=b");

        assertThat(started).containsExactly(new Config(8, "a=b"));
    }

    @Test
    void aServerThatCannotStartExitsWithOne() {
        assertThat(run()).isEqualTo(1);

        assertThat(started).containsExactly(new Config(4, "anna"));
    }

    @Test
    void commandsBesideTheServersOwnGetTheSameConfiguration() {
        CommandLine line = commandLine();

        line.parseArgs("--set", "test-server.workers=3");
        ServerCommand<Config> command = line.getCommand();

        assertThat(command.configuration()).isEqualTo(new Config(3, "anna"));
    }
}
