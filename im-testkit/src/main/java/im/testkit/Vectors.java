package im.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Conversations that were recorded between real clients and servers, one PDU a line. */
public final class Vectors {
    private static final int COLUMNS = 6;

    private Vectors() {}

    /** One line of a recording. */
    public sealed interface Step permits Recorded, Note {}

    /**
     * A PDU on its way.
     *
     * @param from who sent it: {@code A}, {@code B}, {@code msg}, {@code file}, {@code db}, ... as in the recording
     * @param to who received it
     * @param bytes header and body
     */
    public record Recorded(String from, String to, int serviceId, int commandId, int seq, byte[] bytes)
            implements Step {
        @Override
        public String toString() {
            return String.format("%s>%s 0x%04x seq %d, %d bytes", from, to, commandId, seq, bytes.length);
        }
    }

    /**
     * What happened beside the PDUs, such as {@code B closes its connection to msg}.
     *
     * @param text without the leading {@code #}
     */
    public record Note(String text) implements Step {}

    /**
     * The steps of a recording, in order.
     *
     * @param name such as {@code online} or {@code backend}
     * @throws IllegalArgumentException if there is none of that name, or it is not a recording of PDUs
     */
    public static List<Step> load(String name) {
        try (InputStream stream = Vectors.class.getResourceAsStream("/vectors/" + name + ".txt")) {
            if (stream == null) {
                throw new IllegalArgumentException("no recorded conversation is called " + name);
            }
            return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(Vectors::step)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Step step(String line) {
        if (line.startsWith("#")) {
            return new Note(line.substring(1).trim());
        }
        String[] columns = line.split(" ");
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("not a recorded PDU: " + line);
        }
        String[] ends = columns[1].split(">");
        return new Recorded(
                ends[0],
                ends[1],
                Integer.decode(columns[2]),
                Integer.decode(columns[3]),
                Integer.parseInt(columns[4]),
                HexFormat.of().parseHex(columns[5]));
    }
}
