package im.db.mysql;

import com.google.common.base.Throwables;
import com.mysql.cj.conf.ConnectionUrl;
import com.mysql.cj.exceptions.CJException;
import com.mysql.cj.jdbc.StatementImpl;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import im.db.domain.StorageFailure;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool of connections, and the tables in their latest form. A database that cannot be reached is no reason not to start:
 * requests fail until it can be. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Database.class);
    /** How often a transaction is begun that has to give way to others. */
    private static final int ATTEMPTS = 4;

    private final DatabaseSettings settings;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "database-retry");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean ready;
    private volatile boolean answers;
    private volatile long lastAnswer;
    /** What was said last, once: a database that stays away must not fill the log. */
    private String whyNotYet = "";

    private Database(DatabaseSettings settings, MeterRegistry meters) {
        this.settings = settings;
        HikariConfig config = poolConfig(settings);
        config.setMetricRegistry(meters);
        this.pool = new HikariDataSource(config);
        this.jdbi = Jdbi.create(pool);
    }

    private static HikariConfig poolConfig(DatabaseSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("database");
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.poolSize());
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setValidationTimeout(settings.connectTimeout().toMillis());
        // A statement sees what is committed when it begins, and locks rows but not the gaps between them.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionInitSql("SET SESSION innodb_lock_wait_timeout = "
                + settings.lockTimeout().plusMillis(999).toSeconds());
        // Negative: do not even try at the start.
        config.setInitializationFailTimeout(-1);
        // Statements have parameters, never values in their text, so nothing that users write becomes another
        // statement.
        config.addDataSourceProperty("allowMultiQueries", "true");
        config.addDataSourceProperty("cachePrepStmts", "true");
        config.addDataSourceProperty("prepStmtCacheSqlLimit", "4096");
        config.addDataSourceProperty("useLocalSessionState", "true");
        config.addDataSourceProperty("cacheServerConfiguration", "true");
        config.addDataSourceProperty(
                "connectTimeout", Long.toString(settings.connectTimeout().toMillis()));
        config.addDataSourceProperty(
                "socketTimeout", Long.toString(settings.answerTimeout().toMillis()));
        return config;
    }

    /** Brings the tables up to date now, or, if the database cannot be reached, as soon as it can be. */
    public static Database open(DatabaseSettings settings, MeterRegistry meters) {
        Database database = new Database(settings, meters);
        database.migrateOrRetry();
        long every = settings.retryEvery().toMillis();
        database.retries.scheduleWithFixedDelay(database::look, every, every, TimeUnit.MILLISECONDS);
        return database;
    }

    /**
     * As {@link #open}, for whoever has no use for a database that cannot be reached.
     *
     * @throws StorageFailure when it cannot
     */
    public static Database openNow(DatabaseSettings settings) {
        Database database = new Database(settings, new CompositeMeterRegistry());
        try {
            database.migrate();
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw new StorageFailure(settings + " cannot be used: " + reason(e), e);
        }
    }

    /** Whether an address is one for the driver, and names a schema. */
    public static boolean understands(String url) {
        try {
            return ConnectionUrl.acceptsUrl(url)
                    && !ConnectionUrl.getConnectionUrlInstance(url, new Properties())
                            .getDatabase()
                            .isEmpty();
        } catch (CJException e) {
            return false;
        }
    }

    private void migrateOrRetry() {
        try {
            int migrations = migrate();
            log.info("{} is ready, {} migration(s) applied", settings, migrations);
        } catch (RuntimeException e) {
            if (retries.isShutdown()) {
                return;
            }
            String why = reason(e);
            if (!why.equals(whyNotYet)) {
                whyNotYet = why;
                log.warn(
                        "{} cannot be used yet: {}; trying again every {} ms",
                        settings,
                        why,
                        settings.retryEvery().toMillis());
            }
            retries.schedule(this::migrateOrRetry, settings.retryEvery().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Returns how many migrations were applied. */
    private int migrate() throws FlywayException {
        MigrateResult result = Flyway.configure()
                .dataSource(pool)
                .locations("classpath:db/migration")
                .load()
                .migrate();
        ready = true;
        answered();
        return result.migrationsExecuted;
    }

    /** Whether the tables are up to date and the database has answered lately. */
    public boolean isUsable() {
        return ready && answers;
    }

    private void answered() {
        answers = true;
        lastAnswer = System.nanoTime();
    }

    /** Asks the database something when nobody else has for a while. */
    private void look() {
        if (!ready || System.nanoTime() - lastAnswer < settings.retryEvery().toNanos()) {
            return;
        }
        try {
            with(handle -> handle.execute("SELECT 1"));
        } catch (StorageFailure e) {
            answers = false;
        }
    }

    /**
     * Uses a connection for as long as the callback runs. Blocks; at most for the connect timeout and then the answer timeout.
     *
     * @throws StorageFailure whatever is wrong with the database
     */
    <T> T with(HandleCallback<T, SQLException> work) {
        refuseUnlessReady();
        try (Handle handle = jdbi.open()) {
            T result = work.withHandle(handle);
            answered();
            return result;
        } catch (SQLException | JdbiException e) {
            throw new StorageFailure(reason(e), e);
        }
    }

    /**
     * As {@link #with}, in a transaction: what the callback did counts when this returns, and none of it when the callback throws.
     * It runs again, from the start, when the transaction has to give way to others, a few times at most.
     */
    <T, X extends Exception> T inTransaction(HandleCallback<T, X> work) throws X {
        return again(() -> inOneTransaction(work));
    }

    private interface Attempt<T, X extends Exception> {
        T run() throws X;
    }

    private static <T, X extends Exception> T again(Attempt<T, X> once) throws X {
        for (int attempt = 1; ; attempt++) {
            try {
                return once.run();
            } catch (StorageFailure e) {
                if (attempt == ATTEMPTS || !Refusal.DEADLOCK.causes(e) && !Refusal.LOCK_TIMEOUT.causes(e)) {
                    throw e;
                }
            }
        }
    }

    private <T, X extends Exception> T inOneTransaction(HandleCallback<T, X> work) throws X {
        refuseUnlessReady();
        try (Handle handle = jdbi.open()) {
            T result = handle.inTransaction(work);
            answered();
            return result;
        } catch (JdbiException e) {
            throw new StorageFailure(reason(e), e);
        }
    }

    /** Sets the parameters of a statement. */
    interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    /**
     * Executes several statements that are sent together and are one transaction, which begins with the first of them and ends with
     * the last. As {@link #inTransaction} otherwise.
     *
     * @return what the second of them gave to {@code LAST_INSERT_ID()}
     */
    long atOnce(String statements, Parameters parameters) {
        return again(() -> withOwnTransaction(handle -> {
            try (PreparedStatement statement = handle.getConnection().prepareStatement(statements)) {
                parameters.set(statement);
                return execute(statement);
            }
        }));
    }

    /**
     * As {@link #with}, for work whose statements begin a transaction and commit it: what it has begun is rolled back when it throws.
     * It runs once.
     */
    <T> T withOwnTransaction(HandleCallback<T, SQLException> work) {
        return with(handle -> {
            try {
                return work.withHandle(handle);
            } catch (SQLException | JdbiException e) {
                rollback(handle, e);
                throw e;
            }
        });
    }

    /** To the end: one that failed is heard of when it is its turn. */
    private static long execute(PreparedStatement statement) throws SQLException {
        statement.execute();
        statement.getMoreResults();
        long id = statement.unwrap(StatementImpl.class).getLastInsertID();
        while (statement.getUpdateCount() >= 0) {
            statement.getMoreResults();
        }
        return id;
    }

    private static void rollback(Handle handle, Exception why) {
        try {
            handle.execute("ROLLBACK");
        } catch (JdbiException e) {
            // The connection is lost, and the transaction with it.
            why.addSuppressed(e);
        }
    }

    private void refuseUnlessReady() {
        if (!ready) {
            throw new StorageFailure("the tables are not up to date yet", null);
        }
    }

    /** The innermost message: what is around it says only that something failed. */
    private static String reason(Exception e) {
        Throwable root = Throwables.getRootCause(e);
        String message = String.valueOf(root.getMessage());
        return root.getClass().getSimpleName() + ": "
                + message.lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        retries.shutdownNow();
        pool.close();
    }
}
