package im.embeddeddb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.contentOf;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedDatabaseIT {

    /** A blank in the path, because users' folders have them. */
    @TempDir(factory = FolderWithBlank.class)
    Path folder;

    private final List<Process> jvms = new ArrayList<>();

    @AfterEach
    void leaveNoJvmBehind() {
        jvms.forEach(Process::destroyForcibly);
    }

    @Test
    void keepsItsDataWhenStoppedAndStartedAgain() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            execute(database, "CREATE TABLE kept (word VARCHAR(20))");
            execute(database, "INSERT INTO kept VALUES ('grün')");
        }
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(query(database, "SELECT word FROM kept")).isEqualTo("grün");
        }
    }

    @Test
    void listensOnTheGivenPortOfTheLoopbackAddressOnly() throws Exception {
        int port = FreePort.find();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, port)) {
            assertThat(database.port()).isEqualTo(port);
            assertThat(database.jdbcUrl()).startsWith("jdbc:mysql://127.0.0.1:" + port + "/im");
            assertThat(query(database, "SELECT @@bind_address")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void saysSoWhenThePortIsTakenAndLeavesTheFolderFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedDatabase.start(folder, taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Address already in use");
        }
        EmbeddedDatabase.start(folder, 0).close();
    }

    @Test
    void refusesAFolderThatIsInUse() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThatThrownBy(() -> EmbeddedDatabase.start(folder, 0)).hasMessageContaining("already runs on");
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void keepsThePasswordFromOtherUsersOfTheMachine() throws Exception {
        Path connection = folder.resolve("jdbc.properties");
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(Files.readString(connection)).contains(database.jdbcUrl(), database.password());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(connection)))
                    .isEqualTo("rw-------");
            assertThat(folder.resolve("init.sql")).doesNotExist();
            assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), database.user(), "wrong"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(connection).doesNotExist();
    }

    @Test
    void makesTheSystemTablesAgainWhenThatWasInterrupted() throws Exception {
        Files.createDirectories(folder.resolve("data.part").resolve("mysql"));
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void leavesTheTemporaryTablesOfOtherDatabasesAlone() throws Exception {
        Path table = Files.createTempFile("#sql-temptable-", ".MAI");
        try {
            EmbeddedDatabase.start(folder, 0).close();
            assertThat(table).exists();
        } finally {
            Files.deleteIfExists(table);
        }
    }

    @Test
    void closesTwiceAndNobodyIsLeft() throws Exception {
        EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0);
        ProcessHandle server = server();
        database.close();
        database.close();
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void stopsWhenItsJvmIsKilledOutrightAndIsAvailableAgain() throws Exception {
        Process jvm = startedInAnotherJvm();
        ProcessHandle server = server();
        jvm.toHandle().destroyForcibly();
        assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
        // Possibly while that server is still on its way out.
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        }
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void outlivesEveryShutdownHookOfItsJvmAndThenStops() throws Exception {
        Process jvm = startedInAnotherJvm();
        ProcessHandle server = server();
        jvm.toHandle().destroy();
        assertThat(jvm.inputReader().readLine()).isEqualTo("the hook could still use it");
        assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
        server.onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void doesNotStopOnTheCtrlCThatTheTerminalSendsToEverybody() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            ProcessHandle guard = server().parent().orElseThrow();
            assertThat(guard.pid()).isNotEqualTo(ProcessHandle.current().pid());
            String everybody = guard.pid() + " " + server().pid();
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -INT " + everybody).start();
            assertThat(kill.waitFor()).isZero();
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
            assertThat(guard.isAlive()).isTrue();
        }
    }

    @Test
    void unpacksTheProgramsOnceWhenTwoJvmsWantThemAtTheSameTime() throws Exception {
        Path cache = folder.resolve("cache");
        Process one = inAnotherJvm(folder.resolve("one"), cache);
        Process two = inAnotherJvm(folder.resolve("two"), cache);
        awaitStarted(one);
        awaitStarted(two);
        try (Stream<Path> unpacked = Files.list(cache).filter(Files::isDirectory)) {
            assertThat(unpacked).singleElement().asString().endsWith("mariadb-11.4.5");
        }
        ProcessHandle serverOfOne = server(folder.resolve("one"));
        ProcessHandle serverOfTwo = server(folder.resolve("two"));
        one.destroy();
        two.destroy();
        serverOfOne.onExit().get(20, TimeUnit.SECONDS);
        serverOfTwo.onExit().get(20, TimeUnit.SECONDS);
    }

    private Process startedInAnotherJvm() throws IOException {
        Process jvm = inAnotherJvm(folder, Binaries.defaultCache());
        awaitStarted(jvm);
        return jvm;
    }

    private void awaitStarted(Process jvm) throws IOException {
        assertThat(jvm.inputReader().readLine())
                .as(() -> "errors of other JVMs: " + contentOf(errors()))
                .isEqualTo("started");
    }

    private File errors() {
        return folder.resolve("jvm.err").toFile();
    }

    private Process inAnotherJvm(Path data, Path cache) throws IOException {
        Process jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DatabaseInItsOwnJvm.class.getName(),
                        data.toString(),
                        cache.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(errors()))
                .start();
        jvms.add(jvm);
        return jvm;
    }

    private ProcessHandle server() throws IOException {
        return server(folder);
    }

    private static ProcessHandle server(Path folder) throws IOException {
        String pid = Files.readString(folder.resolve("mariadb.pid")).trim();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static Connection connect(EmbeddedDatabase database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }
}
