package im.db;

import static org.assertj.core.api.Assertions.assertThat;

import im.testkit.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class UserCommandIT {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = TestDatabase.fresh();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private int run(Map<String, String> settings, String... arguments) {
        List<String> all = new ArrayList<>();
        settings.forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
        all.addAll(List.of(arguments));
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return run(Configurations.settings(database), arguments);
    }

    private String passwordFile(String content) throws IOException {
        return Files.writeString(folder.resolve("password"), content).toString();
    }

    private int user(String command, String name, String password) throws IOException {
        return run("user", command, name, "--password-file", passwordFile(password));
    }

    @Test
    void addsListsAndChanges() throws IOException {
        assertThat(user("add", "alice", "alicepw\n")).isZero();
        assertThat(out.toString()).contains("alice has the id 1");
        assertThat(run("user", "add", "bob", "--nick-name", "Bob\033[31m", "--password-file", passwordFile("bobpw")))
                .isZero();
        assertThat(user("passwd", "alice", "new")).isZero();
        assertThat(run("user", "list")).isZero();
        assertThat(out.toString()).contains(String.format("1\talice\talice%n2\tbob\tBob?[31m%n"));
    }

    @Test
    void saysWhyNot() throws IOException {
        user("add", "alice", "alicepw");
        assertThat(user("add", "alice", "other")).isEqualTo(1);
        assertThat(err.toString()).contains("there is a user called alice already");
        assertThat(user("passwd", "nobody", "other")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no user called nobody");
    }

    @Test
    void makesAnOrganisation() throws IOException {
        assertThat(run("department", "add", "Everybody")).isZero();
        assertThat(run("department", "add", "Sales", "--parent", "1", "--priority", "7"))
                .isZero();
        assertThat(run("department", "add", "Nowhere", "--parent", "9")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no department 9");
        assertThat(out.toString()).contains("Everybody has the id 1");
        assertThat(run("department", "list")).isZero();
        assertThat(out.toString()).contains(String.format("1\t0\t0\tEverybody%n2\t1\t7\tSales"));

        assertThat(run("user", "add", "alice", "--department", "2", "--password-file", passwordFile("pw")))
                .isZero();
        assertThat(run("user", "add", "bob", "--department", "9", "--password-file", passwordFile("pw")))
                .isEqualTo(1);
        assertThat(run("department", "remove", "1")).isEqualTo(1);
        assertThat(run("department", "remove", "2")).isZero();
        assertThat(out.toString()).contains("department 2 is removed");
        try (Accounts accounts = Accounts.open(Configurations.of(database))) {
            accounts.forEach(user -> assertThat(user.profile().departmentId()).isOne());
            assertThat(accounts.isEmpty()).isFalse();
        }
    }

    @Test
    void refusesDepartmentsThatCannotBe() {
        assertThat(run("department", "add", " ")).isEqualTo(2);
        assertThat(run("department", "add", "x".repeat(65))).isEqualTo(2);
        assertThat(run("department", "add", "x", "--priority", "-1")).isEqualTo(2);
        assertThat(run("department")).isEqualTo(2);
        assertThat(err.toString()).contains("add, list or remove?");
    }

    @Test
    void refusesBadNamesEmptyPasswordsAndPasswordsAsArguments() throws IOException {
        assertThat(user("add", " alice", "alicepw")).isEqualTo(2);
        assertThat(user("add", "alice", "")).isEqualTo(2);
        assertThat(err.toString()).contains("the password is empty");
        assertThat(run("user", "add", "alice", "alicepw")).isEqualTo(2);
        assertThat(run("user", "add", "alice", "--password-file", "/nowhere")).isEqualTo(2);
        assertThat(run("user")).isEqualTo(2);
        run("user", "list");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void saysInOneLineThatTheDatabaseCannotBeReached() throws IOException {
        Map<String, String> settings = Configurations.settings(database);
        settings.put("db-proxy.database.url", "jdbc:mysql://127.0.0.1:1/im");
        assertThat(run(settings, "user", "list")).isEqualTo(1);
        assertThat(err.toString())
                .contains("jdbc:mysql://127.0.0.1:1/im cannot be used")
                .contains("--config FILE, before \"user\"; its password: the db-proxy's environment")
                .hasLineCount(1);
    }

    @Test
    void takesTheConfigurationOfTheDbProxyBeforeTheCommand() throws IOException {
        String file = Files.writeString(
                        folder.resolve("db-proxy.conf"),
                        "db-proxy.database { url = \"%s\", user = \"%s\" }"
                                .formatted(database.jdbcUrl(), database.user()))
                .toString();
        Map<String, String> secrets = Map.of("db-proxy.database.password", database.password());
        assertThat(run(secrets, "--config", file, "department", "add", "Everybody"))
                .isZero();
        assertThat(out.toString()).contains("Everybody has the id 1");
        assertThat(run(secrets, "department", "list", "--config", file)).isEqualTo(2);
    }

    @Test
    void checksTheConfiguration() {
        assertThat(run("--check-config")).isZero();
        assertThat(run("--set", "db-proxy.no-such-key=1", "--check-config")).isEqualTo(2);
    }
}
