package im.client;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A checksum in the making. */
final class Sha256 {
    private final MessageDigest digest;

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void update(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /** Lower-case hex of everything so far. Once. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
