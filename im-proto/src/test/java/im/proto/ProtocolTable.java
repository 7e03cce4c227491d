package im.proto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;

/** The tables of the protocol: what was observed on the wire, and what this module is measured against. */
final class ProtocolTable {

    private ProtocolTable() {}

    /** The rows of a table as they stand there, tabs included, without the header. */
    static List<String> rows(String table) {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(ProtocolTable.class.getResourceAsStream("/protocol/" + table), UTF_8))) {
            return reader.lines().skip(1).filter(row -> !row.isBlank()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
