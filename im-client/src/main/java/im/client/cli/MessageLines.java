package im.client.cli;

import im.client.Message;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/** How messages look: one line each, and one more for each further line of a text. */
final class MessageLines {
    private static final DateTimeFormatter WITH_DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter TIME_ONLY = DateTimeFormatter.ofPattern("HH:mm");
    private static final String INDENT = "    ";

    private final UserNames names;
    private final DateTimeFormatter time;
    private final ZoneId zone;

    private MessageLines(UserNames names, DateTimeFormatter time, ZoneId zone) {
        this.names = names;
        this.time = time;
        this.zone = zone;
    }

    static MessageLines withDate(UserNames names, ZoneId zone) {
        return new MessageLines(names, WITH_DATE, zone);
    }

    static MessageLines withTime(UserNames names, ZoneId zone) {
        return new MessageLines(names, TIME_ONLY, zone);
    }

    /** Not yet fit for a terminal. */
    List<String> of(Message message) {
        String head = time.format(message.createdAt().atZone(zone)) + " " + names.of(message.fromUserId()) + ": ";
        if (message.kind() == Message.Kind.AUDIO) {
            return List.of(head + "(audio, " + Amounts.size(message.data().size()) + ")");
        }
        List<String> lines = message.text().replace('\t', ' ').lines().toList();
        if (lines.isEmpty()) {
            return List.of(head);
        }
        return Stream.concat(
                        Stream.of(head + lines.get(0)), lines.stream().skip(1).map(line -> INDENT + line))
                .toList();
    }
}
