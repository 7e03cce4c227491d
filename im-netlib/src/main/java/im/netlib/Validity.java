package im.netlib;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * How long what is shown is good: until the first of the certificates in a file expires, of which there may be some between the first and
 * its CA.
 */
record Validity(Path file, Instant from, Instant until) {
    /** It takes people that long to get a new one. */
    private static final Duration SOON = Duration.ofDays(14);
    /** Of its life, for one that lives shortly and is renewed by a program. */
    private static final int LAST_PART = 3;

    enum Stage {
        GOOD,
        ENDS_SOON,
        ENDED
    }

    static Validity of(PemFile certificates) throws IOException {
        X509Certificate first = certificates.certificates().stream()
                .min(Comparator.comparing(X509Certificate::getNotAfter))
                .orElseThrow();
        return new Validity(
                certificates.path(),
                first.getNotBefore().toInstant(),
                first.getNotAfter().toInstant());
    }

    Stage at(Instant now) {
        Duration left = Duration.between(now, until);
        Duration lastPart = Duration.between(from, until).dividedBy(LAST_PART);
        if (left.isNegative()) {
            return Stage.ENDED;
        }
        return left.compareTo(SOON) < 0 && left.compareTo(lastPart) < 0 ? Stage.ENDS_SOON : Stage.GOOD;
    }
}
