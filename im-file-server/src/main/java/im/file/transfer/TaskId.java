package im.file.transfer;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a transfer task: 128 random bits, written like a UUID since clients of the family expect 36 characters. Nothing
 * else ever becomes part of a path.
 */
public final class TaskId {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final int BYTES = 16;
    private static final int LENGTH_IN_LOGS = 8;

    private final String text;

    private TaskId(String text) {
        this.text = text;
    }

    /** A new one that nobody can guess. */
    public static TaskId random(SecureRandom random) {
        byte[] bits = new byte[BYTES];
        random.nextBytes(bits);
        String hex = HexFormat.of().formatHex(bits);
        return new TaskId(String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                hex.substring(12, 16),
                hex.substring(16, 20),
                hex.substring(20)));
    }

    /** Empty when the text is anything else than a task id in its one form. */
    public static Optional<TaskId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new TaskId(text)) : Optional.empty();
    }

    /** As it goes over the wire, and as a part of a path. */
    public String text() {
        return text;
    }

    /** {@link #text()} in ASCII. */
    public byte[] bytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskId that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Its beginning, for logs: the whole is a ticket for whoever reads it. */
    @Override
    public String toString() {
        return text.substring(0, LENGTH_IN_LOGS);
    }
}
