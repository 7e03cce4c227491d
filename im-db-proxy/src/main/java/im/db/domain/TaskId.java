package im.db.domain;

import java.util.regex.Pattern;

/**
 * Names one transfer.
 *
 * @param value 1 to 64 letters, digits, {@code -} and {@code _}; most are UUIDs
 */
public record TaskId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    private static final int LENGTH_IN_LOGS = 8;

    /** @throws IllegalArgumentException when it is something else */
    public TaskId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a task id");
        }
    }

    /** Its beginning, for logs: the whole is a ticket for whoever reads it. */
    @Override
    public String toString() {
        return beginningOf(value);
    }

    /** As {@link #toString}, of a text that may be none. */
    public static String beginningOf(String value) {
        return value.substring(0, Math.min(value.length(), LENGTH_IN_LOGS));
    }
}
