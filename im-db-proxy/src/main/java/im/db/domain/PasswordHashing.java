package im.db.domain;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;

/** Makes and checks password hashes with bcrypt. Slow on purpose: tens of milliseconds a call. Thread-safe. */
public final class PasswordHashing {
    /** Each step doubles the time. */
    public static final int MIN_COST = 4;

    public static final int MAX_COST = 16;

    private final int cost;
    private final PasswordHash nobodys;

    /** @param cost {@value #MIN_COST} to {@value #MAX_COST}, for new hashes; old ones keep theirs */
    public PasswordHashing(int cost) {
        if (cost < MIN_COST || cost > MAX_COST) {
            throw new IllegalArgumentException("a cost from " + MIN_COST + " to " + MAX_COST + ", not " + cost);
        }
        this.cost = cost;
        this.nobodys = hash(PasswordDigest.ofPassword("nobody has this hash"));
    }

    public PasswordHash hash(PasswordDigest digest) {
        return new PasswordHash(
                BCrypt.withDefaults().hashToString(cost, digest.hex().toCharArray()));
    }

    public boolean matches(PasswordDigest digest, PasswordHash hash) {
        byte[] password = digest.hex().getBytes(StandardCharsets.US_ASCII);
        return BCrypt.verifyer().verify(password, hash.text().getBytes(StandardCharsets.US_ASCII)).verified;
    }

    /** Takes as long as {@link #matches}, so that the time an answer takes does not tell whether a user exists. */
    public void pretend(PasswordDigest digest) {
        matches(digest, nobodys);
    }
}
