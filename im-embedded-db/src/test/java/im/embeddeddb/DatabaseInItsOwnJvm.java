package im.embeddeddb;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A program that starts a database in a folder with the programs from a cache, never closes it and stays until it is killed. */
final class DatabaseInItsOwnJvm {
    private DatabaseInItsOwnJvm() {}

    public static void main(String[] args) throws Exception {
        EmbeddedDatabase database =
                EmbeddedDatabase.start(Path.of(args[0]), 0, Path.of(args[1]), Duration.ofSeconds(60));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> use(database)));
        System.out.println("started");
        new CountDownLatch(1).await();
    }

    private static void use(EmbeddedDatabase database) {
        try (Connection connection =
                DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            System.out.println(connection.isValid(5) ? "the hook could still use it" : "invalid");
        } catch (SQLException e) {
            System.out.println(e);
        }
    }
}
