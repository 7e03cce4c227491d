package im.db.link;

import com.google.protobuf.MessageLite;
import im.netlib.Connection;
import im.netlib.Session;
import im.proto.Command;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection of one msg-server. Sending works from any thread. */
public final class MsgServerLink implements Session {
    private static final Logger log = LoggerFactory.getLogger(MsgServerLink.class);

    private final Connection connection;
    private final Consumer<MsgServerLink> onClosed;

    /** @param onClosed called once, on the event loop */
    public MsgServerLink(Connection connection, Consumer<MsgServerLink> onClosed) {
        this.connection = connection;
        this.onClosed = onClosed;
        log.info("{}: connected", this);
    }

    /** @param seq the request's; 0 for what nobody asked for */
    public <M extends MessageLite> void send(Command<M> command, int seq, M message) {
        connection.send(command, seq, message);
    }

    @Override
    public void onClosed() {
        log.info("{}: disconnected", this);
        onClosed.accept(this);
    }

    @Override
    public String toString() {
        return "msg-server link " + connection.id() + " (" + connection.remoteAddress() + ")";
    }
}
