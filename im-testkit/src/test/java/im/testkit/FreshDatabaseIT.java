package im.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class FreshDatabaseIT {

    @Test
    void givesEveryoneASchemaOfTheirOwn() throws SQLException {
        try (TestDatabase mine = TestDatabase.fresh();
                TestDatabase yours = TestDatabase.fresh()) {
            mine.execute("CREATE TABLE word (word VARCHAR(20))");
            yours.execute("CREATE TABLE word (word VARCHAR(20))");
            mine.execute("INSERT INTO word VALUES ('mine')");
            try (Connection connection = yours.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM word")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
        }
    }

    @Test
    void dropsTheSchemaWhenClosed() {
        TestDatabase database = TestDatabase.fresh();
        database.close();
        assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
    }
}
