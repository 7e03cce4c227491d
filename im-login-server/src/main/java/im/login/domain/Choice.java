package im.login.domain;

import java.util.Optional;

/**
 * What a client is told who asks for a msg-server.
 *
 * @param address there exactly when the outcome is {@link Outcome#FOUND}
 */
public record Choice(Outcome outcome, Optional<MsgServerAddress> address) {
    public static final Choice NO_MSG_SERVER = new Choice(Outcome.NO_MSG_SERVER, Optional.empty());
    public static final Choice MSG_SERVERS_FULL = new Choice(Outcome.MSG_SERVERS_FULL, Optional.empty());

    public Choice {
        if (address.isPresent() != (outcome == Outcome.FOUND)) {
            throw new IllegalArgumentException(outcome + " with " + address);
        }
    }

    static Choice of(MsgServerAddress address) {
        return new Choice(Outcome.FOUND, Optional.of(address));
    }

    /** The numbers and their meaning are those of the protocol's {@code ResultType}. */
    public enum Outcome {
        FOUND(0, ""),
        NO_MSG_SERVER(1, "there is no msg-server"),
        MSG_SERVERS_FULL(2, "all msg-servers are full");

        private final int code;
        private final String text;

        Outcome(int code, String text) {
            this.code = code;
            this.text = text;
        }

        public int code() {
            return code;
        }

        /** For people; empty when there is nothing to say. */
        public String text() {
            return text;
        }
    }
}
