package im.db.domain;

import java.util.Optional;

/**
 * A message that is to be stored. Nobody may change the arrays any more.
 *
 * @param type as in the protocol, 0 to 255
 * @param data at most {@value #MAX_DATA} bytes, whatever they are
 * @param name {@value #MIN_NAME} to {@value #MAX_NAME} bytes that this message has among those of its sender, and keeps when it
 *     is sent again
 */
public record NewMessage(Participant sender, int type, byte[] data, Optional<byte[]> name) {
    public static final int MAX_DATA = 64 << 10;
    private static final int MIN_NAME = 8;
    private static final int MAX_NAME = 32;

    /** @throws IllegalArgumentException when something is too long or too short */
    public NewMessage {
        if (data.length > MAX_DATA) {
            throw new IllegalArgumentException("a message of " + data.length + " bytes, more than " + MAX_DATA);
        }
        if (name.filter(bytes -> bytes.length < MIN_NAME || bytes.length > MAX_NAME)
                .isPresent()) {
            throw new IllegalArgumentException(
                    "a client_msg_id of " + name.get().length + " bytes, not " + MIN_NAME + " to " + MAX_NAME);
        }
    }

    public UserId from() {
        return sender.user();
    }

    public Conversation conversation() {
        return sender.conversation();
    }
}
