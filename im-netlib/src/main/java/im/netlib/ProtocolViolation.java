package im.netlib;

/**
 * The peer sent what the protocol does not allow: broken framing, a body that does not parse, a command that its role may
 * not send. It costs the peer its connection and nobody else anything.
 *
 * <p>It carries no stack trace: hostile input must not be able to make the server collect stacks.
 */
public final class ProtocolViolation extends RuntimeException {
    public ProtocolViolation(String message) {
        super(message, null, false, false);
    }
}
