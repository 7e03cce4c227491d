package im.db.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What clients send in the place of a password: its MD5 in lower-case hexadecimal. For us it is the password, so it is
 * neither stored nor logged.
 */
public record PasswordDigest(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    /** Whether a client could have sent this. */
    public static boolean isOne(String text) {
        return FORM.matcher(text).matches();
    }

    /** @throws IllegalArgumentException when it is not 32 lower-case hexadecimal digits */
    public PasswordDigest {
        if (!isOne(hex)) {
            throw new IllegalArgumentException("not the digest of a password");
        }
    }

    /** What a client sends when its user types this. */
    public static PasswordDigest ofPassword(String password) {
        try {
            byte[] md5 = MessageDigest.getInstance("MD5").digest(password.getBytes(StandardCharsets.UTF_8));
            return new PasswordDigest(HexFormat.of().formatHex(md5));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    @Override
    public String toString() {
        return "(digest)";
    }
}
