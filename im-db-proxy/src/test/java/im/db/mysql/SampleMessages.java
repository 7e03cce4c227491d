package im.db.mysql;

import im.db.domain.Conversation;
import im.db.domain.GroupId;
import im.db.domain.NewMessage;
import im.db.domain.Participant;
import im.db.domain.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Messages of text, in few words. */
final class SampleMessages {
    static final int TEXT = 1;
    static final int GROUP_TEXT = 17;
    private static final int ALL = 1000;
    private static final int ANY_LENGTH = 4 << 20;
    private static final long LAST = 0xffff_ffffL;

    private SampleMessages() {}

    static Participant in(UserId user, UserId other) {
        return new Participant(user, Conversation.between(user, other));
    }

    static Participant in(UserId user, GroupId group) {
        return new Participant(user, Conversation.of(group));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static NewMessage text(UserId from, UserId to, String text) {
        return new NewMessage(in(from, to), TEXT, bytes(text), Optional.empty());
    }

    static NewMessage text(UserId from, GroupId to, String text) {
        return new NewMessage(in(from, to), GROUP_TEXT, bytes(text), Optional.empty());
    }

    static NewMessage named(String name, UserId from, UserId to, String text) {
        return new NewMessage(in(from, to), TEXT, bytes(text), Optional.of(bytes(name)));
    }

    /** What is stored of a conversation, the latest first. */
    static List<String> texts(MySqlMessages messages, Participant reader) {
        return messages.downFrom(LAST, reader, ALL, ANY_LENGTH).stream()
                .map(message -> new String(message.data(), StandardCharsets.UTF_8))
                .toList();
    }
}
