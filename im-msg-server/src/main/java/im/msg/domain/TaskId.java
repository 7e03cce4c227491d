package im.msg.domain;

import java.util.Optional;
import java.util.regex.Pattern;

/** A transfer task. Whatever a peer calls one is checked here: it will become part of a path and of a database row. */
public record TaskId(String text) {
    private static final Pattern VALID = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    private static final int LENGTH_IN_LOGS = 8;

    /** @throws IllegalArgumentException when it is anything but 1 to 64 letters, digits, dashes and underscores */
    public TaskId {
        if (!VALID.matcher(text).matches()) {
            throw new IllegalArgumentException("not a task id");
        }
    }

    /** Nothing when the text cannot be one. */
    public static Optional<TaskId> parse(String text) {
        return VALID.matcher(text).matches() ? Optional.of(new TaskId(text)) : Optional.empty();
    }

    /** Its beginning, for logs: the whole is a ticket for whoever reads it. */
    @Override
    public String toString() {
        return text.substring(0, Math.min(text.length(), LENGTH_IN_LOGS));
    }
}
