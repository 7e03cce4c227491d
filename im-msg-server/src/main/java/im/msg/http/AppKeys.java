package im.msg.http;

import com.google.common.collect.ImmutableMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which systems may ask: each has a name, for logs, and a key that shows who it is. Immutable. */
public final class AppKeys {
    public static final int MIN_LENGTH = 16;

    private final ImmutableMap<String, byte[]> digests;

    private AppKeys(ImmutableMap<String, byte[]> digests) {
        this.digests = digests;
    }

    /**
     * @param namesAndKeys each as {@code NAME:KEY}
     * @throws IllegalArgumentException when one is not, its key is too short, or two have one name; the message has no key in it
     */
    public static AppKeys of(List<String> namesAndKeys) {
        ImmutableMap.Builder<String, byte[]> digests = ImmutableMap.builder();
        for (String each : namesAndKeys) {
            int colon = each.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("one is not of the form NAME:KEY");
            }
            String key = each.substring(colon + 1);
            if (key.length() < MIN_LENGTH) {
                throw new IllegalArgumentException(
                        "the key of " + each.substring(0, colon) + " has less than " + MIN_LENGTH + " characters");
            }
            digests.put(each.substring(0, colon), digest(key));
        }
        try {
            return new AppKeys(digests.buildOrThrow());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("two have the same name", e);
        }
    }

    public boolean isEmpty() {
        return digests.isEmpty();
    }

    /** Whose key this is. How long it takes says nothing about the keys, whose digests are all compared, each in full. */
    Optional<String> nameOf(String key) {
        byte[] shown = digest(key);
        Optional<String> found = Optional.empty();
        for (Map.Entry<String, byte[]> known : digests.entrySet()) {
            if (MessageDigest.isEqual(known.getValue(), shown)) {
                found = Optional.of(known.getKey());
            }
        }
        return found;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return digests.keySet().toString();
    }
}
