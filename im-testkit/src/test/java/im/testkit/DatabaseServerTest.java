package im.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseServerTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:mysql://db:3306/im?a=b&c=/, jdbc:mysql://db:3306/x?a=b&c=/",
        "jdbc:mysql://db:3306/im, jdbc:mysql://db:3306/x",
        "jdbc:mysql://db:3306/, jdbc:mysql://db:3306/x",
        "jdbc:mysql://db:3306, jdbc:mysql://db:3306/x",
        "jdbc:mysql://db:3306?a=b, jdbc:mysql://db:3306/x?a=b"
    })
    void putsAnotherSchemaIntoTheUrl(String url, String expected) {
        DatabaseServer server = new DatabaseServer("some", url, "", "", false);
        assertThat(server.jdbcUrlOf("x")).isEqualTo(expected);
        assertThat(DatabaseServer.schemaOf(expected)).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "db:3306", "jdbc:mysql:"})
    void refusesWhatIsNoUrlOfAServer(String url) {
        assertThatThrownBy(() -> new DatabaseServer("some", url, "", "", false).jdbcUrlOf("x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
