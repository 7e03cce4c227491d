package im.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * An empty schema on a real database server, for one test or one test class.
 *
 * <p>The server is, in this order: the one at {@code IM_TEST_JDBC_URL} (with {@code IM_TEST_JDBC_USER} and {@code
 * IM_TEST_JDBC_PASSWORD}, an account that may create schemas); a MySQL container where a Docker engine answers and the
 * image can be had ({@code mysql:8.4}, or {@code IM_TEST_MYSQL_IMAGE}); MariaDB as a child of this JVM. It is started by
 * the first test that needs it, shared by all tests of the JVM and gone with it. One line on the terminal says which it
 * is.
 *
 * @param jdbcUrl of the schema, for MySQL Connector/J
 * @param user may do everything in the schema
 * @param password of that user
 */
public record TestDatabase(String jdbcUrl, String user, String password) implements AutoCloseable {

    /** A new, empty schema with a name of its own. Any thread. */
    public static TestDatabase fresh() {
        DatabaseServer server = SharedDatabaseServer.get();
        String schema = "im_" + UUID.randomUUID().toString().replace("-", "");
        TestDatabase database = new TestDatabase(server.jdbcUrlOf(schema), server.user(), server.password());
        server.execute("CREATE DATABASE " + schema + " CHARACTER SET utf8mb4");
        SharedDatabaseServer.dropAtTheEnd(schema);
        return database;
    }

    /** A new connection to the schema. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, user, password);
    }

    /** Executes one statement. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Drops the schema. Not calling this is fine where the server goes with the JVM; elsewhere it is done at its end. */
    @Override
    public void close() {
        SharedDatabaseServer.drop(DatabaseServer.schemaOf(jdbcUrl));
    }

    @Override
    public String toString() {
        return jdbcUrl;
    }
}
