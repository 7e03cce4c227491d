package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ConversationId;
import im.client.ImClient;
import im.client.Message;
import im.client.OfflineFile;
import im.client.TransferListener;
import im.client.TransferMode;
import im.testkit.Eventually;
import im.testkit.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/backup} and {@code bin/restore}, as operators use them. */
class BackupIT {
    private static final int BEFORE = 20;
    private static final int SIZE = 200_000;
    private static final ConversationId WITH_BOB = ConversationId.ofUser(2);
    private static final ConversationId WITH_ALICE = ConversationId.ofUser(1);

    @TempDir
    Path folder;

    private final Path out = Path.of("out");
    private final Map<Long, String> said = new TreeMap<>();
    private final List<Path> sent = new ArrayList<>();

    @Test
    void whatWasThereBeforeABackupIsThereAfterItIsRestoredElsewhere() throws Exception {
        Path backup = folder.resolve("backup");
        try (Servers servers = Servers.start(folder.resolve("old"))) {
            ImClient alice = servers.login("alice");
            for (int i = 0; i < BEFORE; i++) {
                goOn(alice, i);
            }
            Map<Long, String> saidBefore = new TreeMap<>(said);
            List<Path> sentBefore = List.copyOf(sent);

            // People go on meanwhile.
            Process backs = run(servers.database(), "backup", backup, Servers.store(folder.resolve("old"), 0));
            for (int i = BEFORE; backs.isAlive(); i++) {
                goOn(alice, i);
            }
            assertSucceeded(backs);
            said.keySet().retainAll(saidBefore.keySet());
            sent.retainAll(sentBefore);
        }

        try (UserDatabase database = UserDatabase.empty()) {
            assertSucceeded(run(database.database(), "restore", backup, Servers.store(folder.resolve("new"), 0)));
            try (Servers servers = Servers.start(
                    database, folder.resolve("new"), 1, Map.of("file-server.records.janitor-every", "1s"))) {
                ImClient bob = servers.login("bob");
                assertThat(history(bob)).containsAllEntriesOf(said);
                assertThat(fetch(bob)).containsAll(names());
                // Life goes on, with ids that were not given out in what is there.
                ImClient alice = servers.login("alice");
                long next = Await.result(alice.messages().sendText(WITH_BOB, "we are back"));
                assertThat(next).isEqualTo(history(bob).size());
            }
        }
    }

    @Test
    void aRestoreOverwritesNothing() throws Exception {
        Path backup = folder.resolve("backup");
        Path store = Servers.store(folder.resolve("old"), 0);
        try (Servers servers = Servers.start(folder.resolve("old"))) {
            goOn(servers.login("alice"), 0);
            assertSucceeded(run(servers.database(), "backup", backup, store));

            Process intoTables = run(servers.database(), "restore", backup, folder.resolve("elsewhere"));
            assertThat(output(intoTables)).contains("has tables");
            assertThat(intoTables.exitValue()).isEqualTo(2);
            try (UserDatabase database = UserDatabase.empty()) {
                Process intoFiles = run(database.database(), "restore", backup, store);
                assertThat(output(intoFiles)).contains("is not empty");
                assertThat(intoFiles.exitValue()).isEqualTo(2);
            }
        }
    }

    @Test
    void fileServersWithAFolderEachAreSavedByOneBackupAndRestoredFolderByFolder() throws Exception {
        Path backup = folder.resolve("backup");
        Path old = folder.resolve("old");
        try (Servers servers = Servers.start(old, 2)) {
            ImClient alice = servers.login("alice");
            for (int i = 0; !hasFiles(Servers.store(old, 0)) || !hasFiles(Servers.store(old, 1)); i++) {
                assertThat(i).as("files that all went to one server").isLessThan(100);
                goOn(alice, i);
            }
            assertSucceeded(run(servers.database(), "backup", backup, Servers.store(old, 0), Servers.store(old, 1)));
        }

        Path fresh = folder.resolve("new");
        try (UserDatabase database = UserDatabase.empty()) {
            Process oneOfTwo = run(database.database(), "restore", backup, Servers.store(fresh, 0));
            assertThat(output(oneOfTwo)).contains("store-2.tar too");
            assertThat(oneOfTwo.exitValue()).isEqualTo(2);

            assertSucceeded(
                    run(database.database(), "restore", backup, Servers.store(fresh, 0), Servers.store(fresh, 1)));
            try (Servers servers = Servers.start(database, fresh, 2, Map.of())) {
                ImClient bob = servers.login("bob");
                assertThat(history(bob)).containsAllEntriesOf(said);
                assertThat(fetch(bob)).containsExactlyInAnyOrderElementsOf(names());
            }
        }
    }

    @Test
    void aDatabaseWithoutFoldersIsBackedUpAloneAndTheScriptSaysSo() throws Exception {
        Path backup = folder.resolve("backup");
        try (Servers servers = Servers.start(folder.resolve("old"))) {
            goOn(servers.login("alice"), 0);

            // What a file-server with its files in S3 has there.
            Path ofS3 = Files.createDirectories(folder.resolve("s3"));
            Files.createDirectories(ofS3.resolve("incoming"));
            Process withFolder = run(servers.database(), "backup", backup, ofS3);
            assertThat(output(withFolder)).contains("has no files/", "S3; leave it out");
            assertThat(withFolder.exitValue()).isEqualTo(2);

            Process alone = run(servers.database(), "backup", backup);
            assertThat(output(alone)).contains("NO stored files", "back up the bucket now, after the database");
            assertThat(alone.exitValue()).isZero();
        }

        try (UserDatabase database = UserDatabase.empty()) {
            Process tooMany = run(database.database(), "restore", backup, folder.resolve("new"));
            assertThat(output(tooMany)).contains("has no store-1.tar");
            assertThat(tooMany.exitValue()).isEqualTo(2);

            assertSucceeded(run(database.database(), "restore", backup));
            try (Servers servers = Servers.start(database, folder.resolve("new"), 1, Map.of())) {
                assertThat(history(servers.login("bob"))).containsAllEntriesOf(said);
            }
        }
    }

    private static boolean hasFiles(Path store) throws IOException {
        try (Stream<Path> all = Files.walk(store.resolve("files"))) {
            return all.anyMatch(Files::isRegularFile);
        }
    }

    /** A message, and a file for bob, who is away. */
    private void goOn(ImClient alice, int number) throws Exception {
        String text = "message " + number;
        said.put(Await.result(alice.messages().sendText(WITH_BOB, text)), text);
        Path file = TestFiles.make(folder.resolve(out), "file-" + number, SIZE + number);
        assertThat(Await.result(alice.send(file, 2, TransferListener.NONE)).mode())
                .isEqualTo(TransferMode.OFFLINE);
        sent.add(file);
    }

    private List<String> names() {
        return sent.stream().map(file -> file.getFileName().toString()).toList();
    }

    private static Map<Long, String> history(ImClient bob) throws Exception {
        Map<Long, String> all = new HashMap<>();
        for (long from = Await.result(bob.messages().latestId(WITH_ALICE)); from > 0; from -= 100) {
            for (Message message : Await.result(bob.messages().history(WITH_ALICE, from, 100))) {
                all.put(message.id(), message.text());
            }
        }
        return all;
    }

    /** Byte for byte. Gives the names. */
    private Set<String> fetch(ImClient bob) throws Exception {
        Set<String> fetched = new HashSet<>();
        for (OfflineFile file : Await.result(bob.offlineFiles())) {
            Path in = Files.createDirectories(folder.resolve("in").resolve(file.taskId()));
            Path got =
                    Await.result(bob.download(file, in, TransferListener.NONE)).path();
            TestFiles.assertSame(got, folder.resolve(out).resolve(got.getFileName()));
            fetched.add(got.getFileName().toString());
        }
        return fetched;
    }

    // The scripts

    private Process run(TestDatabase database, String script, Path backup, Path... stores) throws Exception {
        URI url = URI.create(database.jdbcUrl().substring("jdbc:".length()));
        Path options = Files.writeString(
                folder.resolve("client.cnf"),
                "[client]\nhost=%s\nport=%d\nprotocol=tcp\nuser=%s\npassword=%s\n[client-mariadb]\nskip-ssl\n"
                        .formatted(url.getHost(), url.getPort(), database.user(), database.password()));
        List<String> line = new ArrayList<>();
        line.add(Path.of("../bin", script).toString());
        line.add(backup.toString());
        line.add(url.getPath().substring(1));
        Stream.of(stores).map(Path::toString).forEach(line::add);
        ProcessBuilder command = new ProcessBuilder(line).redirectErrorStream(true);
        command.environment().put("IM_MYSQL_CNF", options.toString());
        Path programs = programsOf(database);
        // Those of the embedded database; another one comes with its own on the path.
        if (Files.isExecutable(programs.resolve("mariadb-dump"))) {
            command.environment()
                    .put("IM_MYSQLDUMP", programs.resolve("mariadb-dump").toString());
            command.environment().put("IM_MYSQL", programs.resolve("mariadb").toString());
        }
        return command.start();
    }

    private static Path programsOf(TestDatabase database) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet base = statement.executeQuery("SELECT @@basedir")) {
            base.next();
            return Path.of(base.getString(1), "bin");
        }
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        return output;
    }

    private static void assertSucceeded(Process process) throws Exception {
        String output = output(process);
        assertThat(process.exitValue()).as(output).isZero();
    }
}
