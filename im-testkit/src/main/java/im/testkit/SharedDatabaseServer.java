package im.testkit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The one database server of this JVM, started when it is first asked for. Thread-safe. */
final class SharedDatabaseServer {
    private static final Set<String> SCHEMAS = ConcurrentHashMap.newKeySet();

    private SharedDatabaseServer() {}

    /** Class initialisation is the lock: the first caller starts it, the others wait. */
    private static final class Started {
        static final DatabaseServer SERVER = start();
    }

    static DatabaseServer get() {
        return Started.SERVER;
    }

    private static DatabaseServer start() {
        DatabaseServer server = ConfiguredDatabase.find()
                .or(() -> DockerEngine.answers() ? MySqlContainer.start() : Optional.empty())
                .orElseGet(MariaDbChild::start);
        tell("Tests run on " + server.description());
        if (!server.goesWithTheJvm()) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> SCHEMAS.forEach(SharedDatabaseServer::drop), "drop-schemas"));
        }
        return server;
    }

    /**
     * Past {@code System.out}, which Maven redirects to a file; and not to the real standard output, through which a
     * forked JVM talks to Maven.
     */
    private static void tell(String line) {
        PrintStream terminal = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        terminal.println(line);
    }

    static void dropAtTheEnd(String schema) {
        SCHEMAS.add(schema);
    }

    static void drop(String schema) {
        if (SCHEMAS.remove(schema)) {
            get().execute("DROP DATABASE IF EXISTS " + schema);
        }
    }
}
