package im.testkit;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.mysql.MySQLContainer;
import org.testcontainers.utility.DockerImageName;

/** MySQL in a container that Testcontainers starts and removes. */
final class MySqlContainer {
    private static final Logger log = LoggerFactory.getLogger(MySqlContainer.class);
    private static final String DEFAULT_IMAGE = "mysql:8.4";

    /** Long enough to fetch the image over a slow line, short enough to notice that there is no line. */
    private static final int TIMEOUT_SECONDS = 180;

    private MySqlContainer() {}

    /** Empty if the image cannot be had, or does not start. */
    static Optional<DatabaseServer> start() {
        CompletableFuture<DatabaseServer> started = CompletableFuture.supplyAsync(MySqlContainer::run);
        try {
            return Optional.of(started.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            log.info("no MySQL container: {}", e.toString());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @SuppressWarnings("resource") // lives as long as this JVM; Testcontainers removes it then
    private static DatabaseServer run() {
        String image = System.getenv().getOrDefault("IM_TEST_MYSQL_IMAGE", DEFAULT_IMAGE);
        MySQLContainer container = new MySQLContainer(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("mysql"))
                .withUsername("root")
                .withPassword("test")
                .withCommand("--max-connections=300");
        container.start();
        return new DatabaseServer(
                "MySQL in a container (" + image + ")",
                container.getJdbcUrl(),
                container.getUsername(),
                container.getPassword(),
                true);
    }
}
