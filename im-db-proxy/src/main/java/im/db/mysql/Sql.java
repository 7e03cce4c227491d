package im.db.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Statements that are put together out of constant pieces, with the values of their parameters. */
final class Sql {
    private final StringBuilder text = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    /** @param values of its parameters, in their order */
    Sql add(String piece, Object... values) {
        text.append(piece);
        for (Object value : values) {
            this.values.add(value);
        }
        return this;
    }

    /** The same piece for each, with this between them. */
    <T> Sql addEach(Collection<T> all, String separator, String piece, Function<T, Object[]> values) {
        String before = "";
        for (T one : all) {
            text.append(before);
            add(piece, values.apply(one));
            before = separator;
        }
        return this;
    }

    PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text.toString());
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
        return statement;
    }
}
