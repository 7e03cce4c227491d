package im.msg.domain;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a message is called among those of its sender, so that it is stored once however often it is sent.
 *
 * @param hex its bytes
 */
public record MessageName(String hex) {
    public static final int MIN_LENGTH = 8;
    public static final int MAX_LENGTH = 32;

    private static final int FRESH_LENGTH = 16;

    /** @throws IllegalArgumentException when there are too few bytes or too many */
    public static MessageName of(byte[] bytes) {
        if (bytes.length < MIN_LENGTH || bytes.length > MAX_LENGTH) {
            throw new IllegalArgumentException("a client_msg_id of " + bytes.length + " bytes");
        }
        return new MessageName(HexFormat.of().formatHex(bytes));
    }

    /** One that no other message has. */
    public static MessageName fresh() {
        byte[] bytes = new byte[FRESH_LENGTH];
        ThreadLocalRandom.current().nextBytes(bytes);
        return of(bytes);
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
