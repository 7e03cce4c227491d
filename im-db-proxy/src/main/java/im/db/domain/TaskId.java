package im.db.domain;

import java.util.regex.Pattern;

/**
 * Names one transfer.
 *
 * @param value 1 to 64 letters, digits, {@code -} and {@code _}; most are UUIDs
 */
public record TaskId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9A-Za-z_-]{1,64}");

    /** @throws IllegalArgumentException when it is something else */
    public TaskId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a task id");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
