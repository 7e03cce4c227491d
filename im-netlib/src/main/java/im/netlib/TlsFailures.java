package im.netlib;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often TLS did not come about, for each reason. Thread-safe. */
public final class TlsFailures {
    /** What was wrong with the other side, or with what it was shown. */
    public enum Reason {
        /** It speaks something else. */
        NO_TLS,
        /** It took too long. */
        TIMEOUT,
        /** It shows a certificate that has expired. */
        EXPIRED,
        /** It shows a certificate of a CA that is not trusted. */
        UNTRUSTED,
        /** It shows a certificate that is not for it. */
        WRONG_NAME,
        /** It went in the middle, without a word. */
        GONE,
        /** Anything else: it does not want what it was shown, or shows none, or the two have no version in common. */
        BROKEN_OFF
    }

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    TlsFailures() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void failed(Reason reason) {
        counts.get(reason).increment();
    }

    /** How often so far. */
    public long count(Reason reason) {
        return counts.get(reason).sum();
    }
}
