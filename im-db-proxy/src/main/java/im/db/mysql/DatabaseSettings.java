package im.db.mysql;

import java.time.Duration;

/**
 * How to reach the database.
 *
 * @param url for MySQL Connector/J
 * @param poolSize connections at most
 * @param connectTimeout how long a request waits for a connection, and a connection for the server
 * @param answerTimeout how long a statement may take before its connection is given up
 * @param lockTimeout how long a statement waits for rows that others have locked; rounded up to whole seconds
 * @param retryEvery how often to try again to bring the tables up to date, while the database cannot be reached
 */
public record DatabaseSettings(
        String url,
        String user,
        String password,
        int poolSize,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration lockTimeout,
        Duration retryEvery) {

    /** Without the password, and without what may be one in the URL. */
    @Override
    public String toString() {
        return user + "@" + url.replaceAll("\\?.*", "");
    }
}
