package im.netlib;

import com.google.protobuf.MessageLite;
import im.proto.Command;
import im.proto.Commands;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one role of a connection may send, and who handles it. Immutable and shared by all connections in that role; logging in
 * swaps a connection's router, so no handler ever asks whether the peer is logged in.
 *
 * <p>A command of the protocol that the role may not send is a {@link ProtocolViolation}. A command id that the protocol does
 * not know is counted and ignored, unless the router is {@linkplain Builder#strict() strict}.
 *
 * @param <S> the session that handlers get
 */
public final class Router<S extends Session> {
    private static final Logger log = LoggerFactory.getLogger(Router.class);

    /** Handles a parsed message. Runs on the connection's event loop and must not block. */
    public interface Handler<S, M> {
        void handle(S session, M message, int seq);
    }

    /** Handles a PDU as it came, for what is forwarded unopened. The PDU is gone when this returns. */
    public interface PduHandler<S> {
        void handle(S session, Pdu pdu);
    }

    private final String role;
    private final IntObjectMap<PduHandler<S>> routes;
    private final boolean strict;
    private final LongAdder ignored = new LongAdder();

    private Router(Builder<S> builder) {
        this.role = builder.role;
        this.routes = new IntObjectHashMap<>();
        routes.putAll(builder.routes);
        builder.ignorable.keySet().forEach(id -> routes.put(id, this::ignore));
        this.strict = builder.strict;
    }

    /** @param role what the peer is, for logs, such as {@code "client before login"} */
    public static <S extends Session> Builder<S> forRole(String role) {
        return new Builder<>(role);
    }

    /**
     * Has a PDU handled.
     *
     * @throws ProtocolViolation when it may not be sent, or its body is not a message of its command
     */
    public void route(S session, Pdu pdu) {
        int commandId = pdu.commandId();
        PduHandler<S> handler = routes.get(commandId);
        if (handler != null) {
            handler.handle(session, pdu);
        } else if (strict || Commands.CATALOGUE.contains(commandId)) {
            throw new ProtocolViolation(String.format("a %s may not send 0x%04x", role, commandId));
        } else {
            ignore(session, pdu);
        }
    }

    private void ignore(S session, Pdu pdu) {
        ignored.increment();
        log.debug("{} {}: ignored {}", role, session.describe(), pdu);
    }

    /** How many PDUs were ignored, in all connections. */
    public long ignored() {
        return ignored.sum();
    }

    @Override
    public String toString() {
        return role;
    }

    public static final class Builder<S extends Session> {
        private final String role;
        private final IntObjectMap<PduHandler<S>> routes = new IntObjectHashMap<>();
        private final IntObjectMap<Command<?>> ignorable = new IntObjectHashMap<>();
        private boolean strict;

        private Builder(String role) {
            this.role = role;
        }

        public <M extends MessageLite> Builder<S> on(Command<M> command, Handler<? super S, ? super M> handler) {
            return onPdu(command, (session, pdu) -> handler.handle(session, pdu.parse(command), pdu.seq()));
        }

        public Builder<S> onPdu(Command<?> command, PduHandler<S> handler) {
            if (routes.put(command.commandId(), handler) != null || ignorable.containsKey(command.commandId())) {
                throw new IllegalArgumentException(role + ": two handlers for " + command);
            }
            return this;
        }

        /** Commands that peers in this role send and that mean nothing to this server. */
        public Builder<S> ignore(Command<?>... commands) {
            for (Command<?> command : commands) {
                if (ignorable.put(command.commandId(), command) != null || routes.containsKey(command.commandId())) {
                    throw new IllegalArgumentException(role + ": " + command + " is handled or ignored already");
                }
            }
            return this;
        }

        /** Nothing but what is listed may be sent, not even an unknown command. */
        public Builder<S> strict() {
            strict = true;
            return this;
        }

        public Router<S> build() {
            return new Router<>(this);
        }
    }
}
