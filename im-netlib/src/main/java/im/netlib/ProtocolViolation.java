package im.netlib;

import im.netlib.LimitsReached.Limit;
import java.util.Optional;

/**
 * The peer sent what the protocol does not allow: broken framing, a body that does not parse, a command that its role may
 * not send. It costs the peer its connection and nobody else anything.
 *
 * <p>It carries no stack trace: hostile input must not be able to make the server collect stacks.
 */
public final class ProtocolViolation extends RuntimeException {
    /** Not serialized: an exception of this kind stays in its process. */
    private final transient Optional<Limit> limit;

    public ProtocolViolation(String message) {
        this(Optional.empty(), message);
    }

    /** @param limit that was overrun */
    public ProtocolViolation(Limit limit, String message) {
        this(Optional.of(limit), message);
    }

    private ProtocolViolation(Optional<Limit> limit, String message) {
        super(message, null, false, false);
        this.limit = limit;
    }

    Optional<Limit> limit() {
        return limit;
    }
}
