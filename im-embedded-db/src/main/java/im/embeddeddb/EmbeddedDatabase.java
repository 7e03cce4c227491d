package im.embeddeddb;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real MariaDB that runs beside this JVM on data in a folder: nothing to install, nothing to configure, and what was
 * stored is there again at the next start.
 *
 * <p>It listens on the loopback address only and knows one account, which may do everything; the password is new at
 * every start and is also written, with the URL, to {@code jdbc.properties} in the folder, readable by its owner alone.
 *
 * <p>Whoever starts it decides when it stops: {@link #close()}. No shutdown hook does so earlier, because servers that
 * still finish their work need it. If nobody closes it, it stops right after the JVM has ended, however that came about
 * ({@code kill -9} included).
 *
 * <p>A folder serves one database at a time; a second start on it fails. Thread-safe. It is MariaDB, not MySQL: keep the
 * SQL to what both understand.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    /** The schema the URL names; it exists and is empty after the first start. */
    public static final String SCHEMA = "im";

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final String HOST = "127.0.0.1";
    private static final String USER = "im";
    private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final int ATTEMPTS_AT_A_FREE_PORT = 3;

    private final DataFolder folder;
    private final GuardedProcess process;
    private final int port;
    private final String password;

    private EmbeddedDatabase(DataFolder folder, GuardedProcess process, int port, String password) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the database of a folder, with the unpacked binaries in the user's cache and a minute of patience.
     *
     * @param folder where data, log and password are kept; made if it does not exist
     * @param port the TCP port on the loopback address, or 0 for a free one
     * @throws IOException if it cannot be started, saying why: the folder is in use, the port is taken, the disk is full
     */
    public static EmbeddedDatabase start(Path folder, int port) throws IOException {
        return start(folder, port, Binaries.defaultCache(), DEFAULT_START_TIMEOUT);
    }

    /**
     * As {@link #start(Path, int)}.
     *
     * @param cache where the unpacked binaries (370 MB) are kept; any number of JVMs may share it
     * @param timeout how long each of: unpack, install, start, may take
     */
    public static EmbeddedDatabase start(Path folder, int port, Path cache, Duration timeout) throws IOException {
        long begun = System.nanoTime();
        Binaries binaries = Binaries.in(cache);
        DataFolder locked = DataFolder.lock(folder);
        try {
            locked.stopWhatWasLeftRunning(STOP_TIMEOUT);
            if (!locked.isInstalled()) {
                binaries.install(locked, timeout);
            }
            EmbeddedDatabase database = startServer(binaries, locked, port, timeout);
            log.info(
                    "database started at {}:{} on {} in {} ms",
                    HOST,
                    database.port,
                    locked.path(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            return database;
        } catch (IOException | RuntimeException e) {
            locked.unlock();
            throw e;
        }
    }

    private static EmbeddedDatabase startServer(Binaries binaries, DataFolder folder, int port, Duration timeout)
            throws IOException {
        if (port != 0) {
            return startServerAt(port, binaries, folder, timeout);
        }
        // The server cannot be asked to pick a port, and a port found free may be taken a moment later by another.
        for (int attempt = 1; ; attempt++) {
            try {
                return startServerAt(FreePort.find(), binaries, folder, timeout);
            } catch (IOException e) {
                if (attempt == ATTEMPTS_AT_A_FREE_PORT || !folder.logSaysPortIsTaken()) {
                    throw e;
                }
            }
        }
    }

    private static EmbeddedDatabase startServerAt(int port, Binaries binaries, DataFolder folder, Duration timeout)
            throws IOException {
        String password = Passwords.random();
        folder.writeInitFile(
                // One statement a line: that is all an init file may hold.
                "CREATE DATABASE IF NOT EXISTS " + SCHEMA + " CHARACTER SET utf8mb4;",
                "CREATE OR REPLACE USER '" + USER + "'@'" + HOST + "' IDENTIFIED BY '" + password + "';",
                "GRANT ALL PRIVILEGES ON *.* TO '" + USER + "'@'" + HOST + "' WITH GRANT OPTION;");
        GuardedProcess process = GuardedProcess.start(binaries.serverCommand(folder, HOST, port), folder.log());
        EmbeddedDatabase database = new EmbeddedDatabase(folder, process, port, password);
        try {
            database.awaitReady(timeout);
            folder.writeConnectionFile(database.jdbcUrl(), USER, password);
            return database;
        } catch (IOException | RuntimeException e) {
            process.stop(STOP_TIMEOUT);
            throw e;
        } finally {
            folder.deleteInitFile();
        }
    }

    /**
     * {@code jdbc:mysql://127.0.0.1:PORT/im?...} for MySQL Connector/J, complete but for user and password.
     */
    public String jdbcUrl() {
        return "jdbc:mysql://" + HOST + ":" + port + "/" + SCHEMA
                // The server runs without TLS: it is slow to set up, and the bytes never leave this machine.
                + "?sslMode=DISABLED&connectTimeout=5000";
    }

    /** The account's name. */
    public String user() {
        return USER;
    }

    /** The account's password, new at every start. */
    public String password() {
        return password;
    }

    /** The TCP port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** The server's process, if it runs and can be found. */
    public Optional<ProcessHandle> process() throws IOException {
        return folder.runningServer();
    }

    /**
     * Stops the server in order, so that the next start need not repair anything, and waits for its end. Idempotent;
     * whoever still uses the database gets errors from now on.
     */
    @Override
    public synchronized void close() {
        if (!process.isAlive() && !folder.isLocked()) {
            return;
        }
        boolean inOrder = process.stop(STOP_TIMEOUT);
        folder.deleteConnectionFile();
        folder.unlock();
        if (inOrder) {
            log.info("database stopped at {}:{}", HOST, port);
        } else {
            log.warn("database at {}:{} did not stop within {} and was killed", HOST, port, STOP_TIMEOUT);
        }
    }

    /**
     * The log is asked before the port is: on a port that was taken, somebody else might answer, or never answer.
     */
    private void awaitReady(Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!folder.logSaysReady()) {
            // Waiting for the end of the process is also what spaces the looks at the log.
            if (process.hasEndedWithin(Duration.ofMillis(50))) {
                throw new IOException("the database ended while starting; " + folder.lastLogLines());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the database was not ready within " + timeout + "; " + folder.lastLogLines());
            }
        }
        Properties login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", password);
        login.setProperty("socketTimeout", "10000");
        try {
            DriverManager.getConnection(jdbcUrl(), login).close();
        } catch (SQLException e) {
            throw new IOException("the database started but lets nobody in; " + folder.lastLogLines(), e);
        }
    }
}
