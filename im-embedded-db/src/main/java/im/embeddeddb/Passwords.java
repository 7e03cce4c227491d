package im.embeddeddb;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes passwords that need no quoting anywhere. */
final class Passwords {
    private static final int BYTES = 24;

    private Passwords() {}

    static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
