package im.launcher;

import im.db.DbProxyConfig;
import im.embeddeddb.EmbeddedDatabase;
import im.server.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A {@link Stack} that needs nothing installed: its database is embedded, and everything it keeps lies in one folder. */
final class Standalone implements AutoCloseable {
    private static final Duration LINKING_TIMEOUT = Duration.ofSeconds(15);
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final String DATABASE_URL = "db-proxy.database.url";

    private final Stack stack;
    private final EmbeddedDatabase database;

    private Standalone(Stack stack, EmbeddedDatabase database) {
        this.stack = stack;
        this.database = database;
    }

    /**
     * Starts everything and returns when clients may come.
     *
     * @param data where database and files are kept
     * @param overrides settings by full key; with {@code db-proxy.database.url} among them no database is started
     */
    static Standalone start(Topology topology, Path data, Map<String, String> overrides) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                // Everybody can read the passwords of the first users in the README: not for the outside unless asked
                // for.
                "msg-server.client.host", "127.0.0.1",
                "file-server.client.host", "127.0.0.1",
                "login-server.http.host", "127.0.0.1",
                "login-server.client.host", "127.0.0.1",
                "file-server.store.folder", data.resolve("files").toString()));
        settings.putAll(overrides);
        EmbeddedDatabase database = null;
        Stack stack = null;
        try {
            if (!overrides.containsKey(DATABASE_URL)) {
                database = EmbeddedDatabase.start(data.resolve("database"), 0);
                settings.put(DATABASE_URL, database.jdbcUrl());
                settings.put("db-proxy.database.user", database.user());
                settings.put("db-proxy.database.password", database.password());
            }
            if (database != null) {
                FirstUsers.addToEmpty(DbProxyConfig.read(
                        Settings.load(Optional.empty(), settings).at("db-proxy")));
            }
            stack = Stack.start(topology, settings);
            awaitLinks(stack);
            return new Standalone(stack, database);
        } catch (Exception e) {
            close(stack, database);
            throw e;
        }
    }

    private static void awaitLinks(Stack stack) throws IOException, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + LINKING_TIMEOUT.toNanos();
        while (!stack.isUsable()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(
                        "the servers did not find each other within " + LINKING_TIMEOUT.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    Stack stack() {
        return stack;
    }

    boolean hasEmbeddedDatabase() {
        return database != null;
    }

    @Override
    public void close() {
        close(stack, database);
    }

    private static void close(Stack stack, EmbeddedDatabase database) {
        if (stack != null) {
            stack.close();
        }
        if (database != null) {
            database.close();
        }
    }
}
