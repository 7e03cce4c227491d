package im.msg;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import im.netlib.Router;
import im.proto.Command;
import im.proto.Commands;
import im.proto.base.IpAddr;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A file-server that creates tasks, and says of its store what the test wants it to say. */
final class FakeFileServer extends FakeServer {
    /** Whether and how requests are answered. */
    enum Mood {
        WILLING,
        REFUSING,
        SILENT,
        /** Answers when the test says so. */
        HOLDING,
        VANISHING,
        WEIRD
    }

    final BlockingQueue<IMFileTransferReq> asked = new LinkedBlockingQueue<>();
    final IpAddr advertised;
    private final String serverId;
    volatile Supplier<String> taskIds = () -> UUID.randomUUID().toString();
    volatile Mood mood = Mood.WILLING;
    volatile int capabilities;
    volatile ByteString tokenKey = ByteString.EMPTY;
    volatile String refusal = "";
    volatile long expiresAt;
    /** What it was answered to what it said of its store, in order. */
    final BlockingQueue<MessageLite> answers = new LinkedBlockingQueue<>();

    private volatile Peer link;

    /** @param serverId empty for one that has none, as those of others */
    FakeFileServer(String ip, int port, String serverId) throws IOException {
        this.advertised = IpAddr.newBuilder().setIp(ip).setPort(port).build();
        this.serverId = serverId;
    }

    @Override
    Router<Peer> router() {
        return Router.<Peer>forRole("msg-server")
                .on(Commands.OTHER_FILE_SERVER_IP_REQ, this::onAddresses)
                .on(Commands.OTHER_FILE_TRANSFER_REQ, this::onTransfer)
                .on(Commands.FILE_ADD_OFFLINE_REQ, (peer, answer, seq) -> answers.add(answer))
                .on(Commands.FILE_DEL_OFFLINE_REQ, (peer, answer, seq) -> answers.add(answer))
                .on(Commands.FILE_HAS_OFFLINE_RES, (peer, answer, seq) -> answers.add(answer))
                .build();
    }

    <M extends MessageLite> void say(Command<M> command, M message) {
        link.connection().send(command, message);
    }

    /** The next answer to what it said, in 10 s at most. */
    <M extends MessageLite> M nextAnswer(Class<M> type) throws InterruptedException {
        return type.cast(answers.poll(10, TimeUnit.SECONDS));
    }

    private void onAddresses(Peer peer, IMFileServerIPReq request, int seq) {
        link = peer;
        IMFileServerIPRsp.Builder answer = IMFileServerIPRsp.newBuilder().addIpAddrList(advertised);
        if (!serverId.isEmpty()) {
            answer.setServerId(serverId);
        }
        if (capabilities != 0) {
            answer.setCapabilities(capabilities);
        }
        if (!tokenKey.isEmpty()) {
            answer.setTokenKey(tokenKey);
        }
        peer.connection().send(Commands.OTHER_FILE_SERVER_IP_RSP, seq, answer.build());
    }

    private void onTransfer(Peer peer, IMFileTransferReq request, int seq) {
        asked.add(request);
        IMFileTransferRsp.Builder answer = IMFileTransferRsp.newBuilder()
                .setFromUserId(request.getFromUserId())
                .setToUserId(request.getToUserId())
                .setFileName(request.getFileName())
                .setFileSize(request.getFileSize())
                .setTransMode(request.getTransMode())
                .setAttachData(request.getAttachData());
        switch (mood) {
            case VANISHING -> peer.connection().close("the test wants it");
            case SILENT -> {}
            case REFUSING -> {
                if (!refusal.isEmpty()) {
                    answer.setResultString(refusal);
                }
                peer.connection()
                        .send(
                                Commands.OTHER_FILE_TRANSFER_RSP,
                                seq,
                                answer.setResultCode(1).setTaskId("").build());
            }
            case WEIRD ->
                peer.connection()
                        .send(
                                Commands.OTHER_FILE_TRANSFER_RSP,
                                seq,
                                answer.setResultCode(0).setTaskId("../../etc").build());
            case HOLDING -> hold(() -> create(peer, answer, seq));
            case WILLING -> create(peer, answer, seq);
        }
    }

    private void create(Peer peer, IMFileTransferRsp.Builder answer, int seq) {
        if (expiresAt != 0) {
            answer.setExpiresAt(expiresAt);
        }
        peer.connection()
                .send(
                        Commands.OTHER_FILE_TRANSFER_RSP,
                        seq,
                        answer.setResultCode(0).setTaskId(taskIds.get()).build());
    }
}
