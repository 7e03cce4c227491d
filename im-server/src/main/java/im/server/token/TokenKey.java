package im.server.token;

import im.proto.base.ClientFileRole;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of a store of files: who has it can sign tokens for the file-servers of that store, and they check them with it.
 *
 * <p>A token is {@code version u8, role u8, end u64 in seconds since 1970, mac 32 bytes}. The mac, HMAC-SHA256, covers all before it
 * and the user and task that both sides know and the token therefore does not name. Immutable; thread-safe.
 */
public final class TokenKey {
    /** Bytes of a key. */
    public static final int LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte VERSION = 1;
    private static final int CLAIMS_LENGTH = 1 + 1 + Long.BYTES;
    private static final int MAC_LENGTH = 32;

    private final SecretKeySpec secret;

    private TokenKey(byte[] bytes) {
        secret = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** Empty when these bytes are not as many as a key has. */
    public static Optional<TokenKey> of(byte[] bytes) {
        return bytes.length == LENGTH ? Optional.of(new TokenKey(bytes)) : Optional.empty();
    }

    /** A new one. */
    public static TokenKey random() {
        byte[] bytes = new byte[LENGTH];
        new SecureRandom().nextBytes(bytes);
        return new TokenKey(bytes);
    }

    /** For other servers, and for the disk. */
    public byte[] bytes() {
        return secret.getEncoded();
    }

    /** A token that is good until {@code end}, to the second. */
    public byte[] sign(Grant grant, Instant end) {
        byte[] claims = ByteBuffer.allocate(CLAIMS_LENGTH)
                .put(VERSION)
                .put((byte) grant.role().getNumber())
                .putLong(end.getEpochSecond())
                .array();
        return ByteBuffer.allocate(CLAIMS_LENGTH + MAC_LENGTH)
                .put(claims)
                .put(macOf(claims, grant))
                .array();
    }

    /** Why this token does not allow that, in words for people; empty when it does. */
    public Optional<String> objection(byte[] token, Grant grant, Instant now) {
        if (token.length != CLAIMS_LENGTH + MAC_LENGTH || token[0] != VERSION) {
            return Optional.of("this is not a token that this server knows");
        }
        byte[] claims = Arrays.copyOf(token, CLAIMS_LENGTH);
        byte[] mac = Arrays.copyOfRange(token, CLAIMS_LENGTH, token.length);
        if (!MessageDigest.isEqual(mac, macOf(claims, grant))) {
            return Optional.of("the token is not for this user and this file");
        }
        ByteBuffer claimed = ByteBuffer.wrap(claims, 1, CLAIMS_LENGTH - 1);
        if (ClientFileRole.forNumber(claimed.get()) != grant.role()) {
            return Optional.of("the token is for another role");
        }
        if (now.getEpochSecond() >= claimed.getLong()) {
            return Optional.of("the token has expired: ask for the file again");
        }
        return Optional.empty();
    }

    private byte[] macOf(byte[] claims, Grant grant) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(claims);
            mac.update(grant.signed());
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has " + ALGORITHM, e);
        }
    }
}
