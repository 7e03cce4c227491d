package im.e2e;

import com.google.protobuf.MessageLite;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.UserStatType;
import im.proto.buddy.IMUsersStatReq;
import im.testkit.Eventually;
import im.testkit.WireClient;
import im.testkit.WireClient.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** A client on a bare socket that keeps what it is not waiting for. One thread at a time. */
final class Speaker implements AutoCloseable {
    private static final int FIRST_SEQ = 100;
    /** The msg-server knows who asks, whatever the question says. */
    private static final int WHOEVER_ASKS = 999;

    private final WireClient wire;
    private final List<Frame> kept = new ArrayList<>();
    private int seq = FIRST_SEQ;

    Speaker(WireClient wire) {
        this.wire = wire;
    }

    static Speaker login(InetSocketAddress msgServer, String user, ClientType type) throws Exception {
        return new Speaker(BareWire.login(msgServer, user, type));
    }

    WireClient wire() {
        return wire;
    }

    <M extends MessageLite> void say(Command<M> command, M message) throws IOException {
        wire.send(command, ++seq, message);
    }

    <Q extends MessageLite, R extends MessageLite> R ask(Command<Q> question, Q message, Command<R> answer)
            throws IOException {
        say(question, message);
        int asked = seq;
        return next(frame -> frame.commandId() == answer.commandId() && frame.seq() == asked)
                .parse(answer);
    }

    /** The next of what the servers say unasked with this command. */
    <M extends MessageLite> M hear(Command<M> command) throws IOException {
        return next(frame -> frame.commandId() == command.commandId() && frame.seq() == 0)
                .parse(command);
    }

    /** How a user is seen from this client's msg-server. */
    UserStatType statusOf(int user) throws IOException {
        IMUsersStatReq question = IMUsersStatReq.newBuilder()
                .setUserId(WHOEVER_ASKS)
                .addUserIdList(user)
                .build();
        return ask(Commands.BUDDY_LIST_USERS_STATUS_REQUEST, question, Commands.BUDDY_LIST_USERS_STATUS_RESPONSE)
                .getUserStatList(0)
                .getStatus();
    }

    /** Until this client's msg-server sees that user so. */
    void awaitStatus(int user, UserStatType status) throws IOException {
        Eventually.until(user + " is seen as " + status, () -> statusOf(user) == status);
    }

    private Frame next(Predicate<Frame> wanted) throws IOException {
        for (Iterator<Frame> frames = kept.iterator(); frames.hasNext(); ) {
            Frame frame = frames.next();
            if (wanted.test(frame)) {
                frames.remove();
                return frame;
            }
        }
        Frame frame = wire.receive();
        while (!wanted.test(frame)) {
            kept.add(frame);
            frame = wire.receive();
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
