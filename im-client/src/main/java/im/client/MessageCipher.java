package im.client;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns texts into {@code msg_data} and back the way that the clients of the family do: UTF-8, zeros up to a whole number of blocks
 * whose last four bytes are the length, AES-256-ECB, Base64. All clients have the same key, so this keeps no secret from anybody; it is
 * what makes texts readable for the others.
 */
final class MessageCipher {
    private static final SecretKeySpec KEY =
            new SecretKeySpec("12345678901234567890123456789012".getBytes(StandardCharsets.US_ASCII), "AES");

    /** Blocks carry their padding themselves, and equal texts look equal, as they do with other clients. */
    private static final String ALGORITHM = "AES/ECB/NoPadding";

    private static final int BLOCK = 16;

    private MessageCipher() {}

    static ByteString encrypt(String text) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        int padded = (plain.length + Integer.BYTES + BLOCK - 1) / BLOCK * BLOCK;
        byte[] blocks = Arrays.copyOf(plain, padded);
        ByteBuffer.wrap(blocks).putInt(padded - Integer.BYTES, plain.length);
        return ByteString.copyFrom(Base64.getEncoder().encode(crypt(Cipher.ENCRYPT_MODE, blocks)));
    }

    /** What was encrypted; data that was not is taken for plain UTF-8. */
    static String decrypt(ByteString data) {
        return decoded(data)
                .flatMap(MessageCipher::plain)
                .map(plain -> new String(plain, StandardCharsets.UTF_8))
                .orElseGet(data::toStringUtf8);
    }

    private static Optional<byte[]> decoded(ByteString data) {
        try {
            return Optional.of(Base64.getDecoder().decode(data.toByteArray()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> plain(byte[] encrypted) {
        if (encrypted.length == 0 || encrypted.length % BLOCK != 0) {
            return Optional.empty();
        }
        byte[] blocks = crypt(Cipher.DECRYPT_MODE, encrypted);
        int room = blocks.length - Integer.BYTES;
        int length = ByteBuffer.wrap(blocks).getInt(room);
        return length < 0 || length > room || length <= room - BLOCK
                ? Optional.empty()
                : Optional.of(Arrays.copyOf(blocks, length));
    }

    private static byte[] crypt(int mode, byte[] blocks) {
        try {
            Cipher cipher = Cipher.getInstance(ALGORITHM);
            cipher.init(mode, KEY);
            return cipher.doFinal(blocks);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        }
    }
}
