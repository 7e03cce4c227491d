package im.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running database server.
 *
 * @param description for people
 * @param jdbcUrl of any schema on it
 * @param user may create schemas
 * @param goesWithTheJvm whether it disappears with everything on it when this JVM ends
 */
record DatabaseServer(String description, String jdbcUrl, String user, String password, boolean goesWithTheJvm) {
    private static final Pattern URL = Pattern.compile("(jdbc:[a-z]+://[^/?]+/?)([^?]*)(.*)");

    String jdbcUrlOf(String schema) {
        Matcher url = match(jdbcUrl);
        String server = url.group(1);
        return server + (server.endsWith("/") ? "" : "/") + schema + url.group(3);
    }

    static String schemaOf(String jdbcUrl) {
        return match(jdbcUrl).group(2);
    }

    private static Matcher match(String jdbcUrl) {
        Matcher url = URL.matcher(jdbcUrl);
        if (!url.matches()) {
            throw new IllegalArgumentException("not a JDBC URL of a server: " + jdbcUrl);
        }
        return url;
    }

    void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(description + " refused: " + sql, e);
        }
    }
}
