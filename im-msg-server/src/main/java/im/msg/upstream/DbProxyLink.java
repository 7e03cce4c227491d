package im.msg.upstream;

import com.google.common.net.HostAndPort;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import im.msg.wire.DatabaseRequest;
import im.netlib.Connection;
import im.netlib.Pdu;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Command;
import im.proto.Commands;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.file.IMFileHasOfflineRsp;
import im.proto.server.IMStopReceivePacket;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One db-proxy. Ready as soon as it is connected, and until it says that it is going to stop. Those of others carry out changes to
 * the list of files and never say so; a question that they take for another one shows which kind this is. Thread-safe.
 */
public final class DbProxyLink extends ServerLink {
    private static final Logger log = LoggerFactory.getLogger(DbProxyLink.class);

    /** Not as long as the tokens of requests. */
    private static final ByteString KIND_TOKEN = ByteString.copyFromUtf8("kind");

    /** About a file that there cannot be. */
    private static final IMFileHasOfflineReq KIND_QUESTION = IMFileHasOfflineReq.newBuilder()
            .setUserId(0)
            .addTaskIdList("-")
            .setAttachData(KIND_TOKEN)
            .build();

    private static final class LinkSession implements Session {}

    private final Router<LinkSession> router;
    private volatile boolean draining;
    private volatile boolean confirms;

    public DbProxyLink(HostAndPort address, EventLoop loop, LinkSettings settings) {
        super("db-proxy link", address, loop, settings);
        Router.Builder<LinkSession> answers = Router.forRole("db-proxy");
        DatabaseRequest.ALL.forEach(kind -> expect(kind, answers));
        this.router = answers.on(
                        Commands.OTHER_VALIDATE_RSP, (s, answer, seq) -> answered(answer.getAttachData(), answer))
                .on(Commands.FILE_HAS_OFFLINE_RES, this::onFiles)
                .on(Commands.FILE_ADD_OFFLINE_REQ, (s, answer, seq) -> answered(answer.getAttachData(), answer))
                .on(Commands.FILE_DEL_OFFLINE_REQ, (s, answer, seq) -> answered(answer.getAttachData(), answer))
                .on(Commands.OTHER_GET_DEVICE_TOKEN_RSP, (s, answer, seq) -> answered(answer.getAttachData(), answer))
                .on(Commands.OTHER_GET_SHIELD_RSP, (s, answer, seq) -> answered(answer.getAttachData(), answer))
                .on(Commands.MSG_DATA, (s, answer, seq) -> answered(answer.getAttachData(), answer))
                .on(Commands.OTHER_STOP_RECV_PACKET, this::onStop)
                .build();
    }

    private <R extends Message> void expect(DatabaseRequest<?, R> kind, Router.Builder<LinkSession> answers) {
        answers.on(kind.answer(), (s, answer, seq) -> answered(kind.token(answer), answer));
    }

    @Override
    void begin(Connection connection, Runnable ready) {
        draining = false;
        confirms = true;
        become(connection, router, new LinkSession());
        connection.send(Commands.FILE_HAS_OFFLINE_REQ, KIND_QUESTION);
        ready.run();
    }

    private void onFiles(LinkSession session, IMFileHasOfflineRsp answer, int seq) {
        if (!answer.getAttachData().equals(KIND_TOKEN)) {
            answered(answer.getAttachData(), answer);
        } else if (!answer.hasResultCode()) {
            log.warn("{}: does not confirm what it records: it is taken to have recorded what it was sent", this);
            confirms = false;
        }
    }

    private void answered(ByteString token, MessageLite answer) {
        complete(token, answer);
    }

    private void onStop(LinkSession session, IMStopReceivePacket message, int seq) {
        log.info("{}: takes no more requests", this);
        draining = true;
    }

    @Override
    public boolean isReady() {
        return super.isReady() && !draining;
    }

    /** Whether this is one of ours, which say what became of what they were sent; last time, if it is away. */
    boolean confirms() {
        return confirms;
    }

    /**
     * Sends a request; see {@link im.netlib.RequestCorrelator#call} for how it fails. It fails too, and costs nobody else anything, when it
     * is longer than a db-proxy takes.
     *
     * @param request makes the message that carries this token
     */
    <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> call(
            Command<Q> command, Function<ByteString, Q> request, Class<R> answerType) {
        return call(answerType, (connection, token) -> send(connection, command, request.apply(token)));
    }

    /** What a client has sent is longer with what is added here. */
    private <M extends MessageLite> void send(Connection connection, Command<M> command, M message) {
        int length = Pdu.HEADER_LENGTH + message.getSerializedSize();
        if (!takes(length)) {
            throw new IllegalArgumentException(
                    command + " would be " + length + " bytes long, more than link.max-frame");
        }
        connection.send(command, message);
    }

    /** Sends what is not answered. */
    <M extends MessageLite> CompletableFuture<Void> tell(Command<M> command, M message) {
        return send(connection -> send(connection, command, message));
    }

    /**
     * As {@link #call}, for a change that is confirmed with the same command.
     *
     * @param done the answer that a db-proxy is taken to have given which never gives one
     */
    <M extends MessageLite> CompletableFuture<M> change(
            Command<M> command, Function<ByteString, M> request, M done, Class<M> type) {
        return confirms
                ? call(command, request, type)
                : tell(command, request.apply(ByteString.EMPTY)).thenApply(told -> done);
    }
}
