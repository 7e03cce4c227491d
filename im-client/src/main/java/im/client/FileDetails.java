package im.client;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What servers of this project tell of a file besides what all of the family do.
 *
 * @param sha256 of the whole file, in lower-case hex
 * @param expiresAt when the stored file is deleted if nobody has fetched it
 * @param token lets this client into the task; empty when none is needed
 */
public record FileDetails(Optional<String> sha256, Optional<Instant> expiresAt, ByteString token) {
    private static final int SHA256_BYTES = 32;

    /** Nothing of it is known. */
    public static final FileDetails NONE = new FileDetails(Optional.empty(), Optional.empty(), ByteString.EMPTY);

    /** From the fields as they are when unset or set. */
    static FileDetails of(ByteString sha256, long expiresAt, ByteString token) {
        return new FileDetails(hex(sha256), time(expiresAt), token);
    }

    static Optional<String> hex(ByteString sha256) {
        return sha256.size() == SHA256_BYTES
                ? Optional.of(HexFormat.of().formatHex(sha256.toByteArray()))
                : Optional.empty();
    }

    static Optional<Instant> time(long secondsSince1970) {
        return secondsSince1970 <= 0 || secondsSince1970 > Instant.MAX.getEpochSecond()
                ? Optional.empty()
                : Optional.of(Instant.ofEpochSecond(secondsSince1970));
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "sha256 " + sha256.orElse("unknown") + ", expires "
                + expiresAt.map(Instant::toString).orElse("unknown");
    }
}
