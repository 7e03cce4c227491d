package im.file.internal;

import com.google.common.hash.HashCode;
import com.google.common.net.HostAndPort;
import com.google.protobuf.ByteString;
import im.file.records.Outbox;
import im.file.transfer.CommittedFile;
import im.file.transfer.FileStore;
import im.file.transfer.FileTask;
import im.file.transfer.NoRoom;
import im.file.transfer.Records;
import im.file.transfer.TaskId;
import im.file.transfer.TransferFactory;
import im.file.transfer.Transfers;
import im.netlib.Connection;
import im.netlib.LargeFiles;
import im.netlib.Limits;
import im.netlib.Router;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.FileServerError;
import im.proto.base.IpAddr;
import im.proto.base.TransferFileType;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.proto.server.IMStopReceivePacket;
import im.server.token.TokenKey;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port for msg-servers of one shard. A request that cannot be met costs a result code, never the link. */
public final class TaskCommands {
    /** A host to advertise that stands for the one at which the msg-server reached this server. */
    public static final String AS_REACHED = "0.0.0.0";

    private static final Logger log = LoggerFactory.getLogger(TaskCommands.class);
    private static final int MAX_NAME_LENGTH = 1024;
    private static final int SHA256_BYTES = 32;
    private static final IMStopReceivePacket STOP =
            IMStopReceivePacket.newBuilder().setResult(0).build();

    private final Transfers transfers;
    private final TransferFactory factory;
    private final FileStore store;
    private final Outbox outbox;
    private final Duration answerTimeout;
    private final TokenKey tokenKey;
    private final List<HostAndPort> advertised;
    private final Limits limits;
    private final SecureRandom random = new SecureRandom();
    private final Set<MsgServerLink> links = new HashSet<>();
    private boolean draining;

    private final Router<MsgServerLink> msgServers = Router.<MsgServerLink>forRole("msg-server")
            .on(Commands.OTHER_FILE_TRANSFER_REQ, this::onFileTransfer)
            .on(Commands.OTHER_FILE_SERVER_IP_REQ, this::onAddresses)
            .on(Commands.FILE_ADD_OFFLINE_REQ, (link, answer, seq) -> link.answered(answer.getAttachData(), answer))
            .on(Commands.FILE_DEL_OFFLINE_REQ, (link, answer, seq) -> link.answered(answer.getAttachData(), answer))
            .on(Commands.FILE_HAS_OFFLINE_RES, (link, answer, seq) -> link.answered(answer.getAttachData(), answer))
            .build();

    /**
     * @param outbox for what those have recorded that can
     * @param answerTimeout how long they may take for that
     * @param tokenKey what msg-servers are to sign tokens with
     * @param advertised where clients find this shard; the host may be {@link #AS_REACHED}
     */
    public TaskCommands(
            Transfers transfers,
            TransferFactory factory,
            FileStore store,
            Outbox outbox,
            Duration answerTimeout,
            TokenKey tokenKey,
            List<HostAndPort> advertised,
            Limits limits) {
        this.transfers = transfers;
        this.factory = factory;
        this.store = store;
        this.outbox = outbox;
        this.answerTimeout = answerTimeout;
        this.tokenKey = tokenKey;
        this.advertised = List.copyOf(advertised);
        this.limits = limits;
    }

    /** A msg-server has connected. */
    public void onConnected(Connection connection) {
        MsgServerLink link = new MsgServerLink(connection, store.id(), answerTimeout, this::left);
        links.add(link);
        connection.become(msgServers, link, limits);
    }

    private void left(MsgServerLink link) {
        links.remove(link);
        outbox.left(link);
    }

    /** From now on no task is taken on, and msg-servers of ours ask others. */
    public void drain() {
        draining = true;
        links.forEach(this::sendElsewhere);
    }

    private void sendElsewhere(MsgServerLink link) {
        if (link.records()) {
            link.connection().send(Commands.OTHER_STOP_RECV_PACKET, STOP);
        }
    }

    private void onFileTransfer(MsgServerLink msgServer, IMFileTransferReq request, int seq) {
        String refusal = draining ? "this file-server stops" : refusalOf(request);
        if (refusal != null) {
            refuse(msgServer, request, seq, refusal);
        } else if (request.getTransMode() == TransferFileType.FILE_TYPE_ONLINE) {
            FileTask task = taskOf(request);
            if (transfers.add(factory.online(task))) {
                created(msgServer, request, seq, task, answerTo(request));
            } else {
                refuse(msgServer, request, seq, tooMany());
            }
        } else {
            reserve(msgServer, request, seq);
        }
    }

    /** A file that is to be kept needs room before there is a task for it. */
    private void reserve(MsgServerLink msgServer, IMFileTransferReq request, int seq) {
        FileTask task = taskOf(request);
        Optional<HashCode> sha256 = request.getSha256().size() == SHA256_BYTES
                ? Optional.of(HashCode.fromBytes(request.getSha256().toByteArray()))
                : Optional.empty();
        // A msg-server of others records what the sender says, which knows the id of this task only.
        store.reserve(task, sha256, msgServer.records())
                .whenComplete((room, failure) -> msgServer.connection().execute(() -> {
                    if (failure != null) {
                        refuse(msgServer, request, seq, reasonOf(task, failure));
                    } else if (msgServer.connection().isClosing()) {
                        room.release();
                    } else if (transfers.add(factory.offline(task, room, recordsOf(msgServer)))) {
                        IMFileTransferRsp.Builder answer =
                                answerTo(request).setExpiresAt(room.expiresAt().getEpochSecond());
                        created(msgServer, request, seq, task, answer);
                    } else {
                        room.release();
                        refuse(msgServer, request, seq, tooMany());
                    }
                }));
    }

    /** A msg-server of others is told by the sender. */
    private Records recordsOf(MsgServerLink msgServer) {
        return msgServer.records() ? outbox.preferring(msgServer) : this::leaveToSender;
    }

    private CompletableFuture<Void> leaveToSender(CommittedFile file) {
        return store.markRecorded(file.task().id()).exceptionally(failure -> {
            log.error("{}: cannot be marked as recorded, and will be announced: {}", file.task(), failure.toString());
            return null;
        });
    }

    private static String reasonOf(FileTask task, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof NoRoom) {
            return cause.getMessage();
        }
        log.error("{}: the store cannot set room aside: {}", task, cause.toString());
        return "the server cannot store it";
    }

    private String tooMany() {
        return "there are " + transfers.size() + " tasks already";
    }

    private static void created(
            MsgServerLink msgServer,
            IMFileTransferReq request,
            int seq,
            FileTask task,
            IMFileTransferRsp.Builder answer) {
        log.info("{}: created, {}", task, request.getTransMode());
        answer.setResultCode(FileServerError.FILE_SERVER_ERRNO_OK_VALUE)
                .setTaskId(task.id().text());
        msgServer.connection().send(Commands.OTHER_FILE_TRANSFER_RSP, seq, answer.build());
    }

    private static void refuse(MsgServerLink msgServer, IMFileTransferReq request, int seq, String why) {
        log.warn("task from {} to {} refused: {}", request.getFromUserId(), request.getToUserId(), why);
        msgServer
                .connection()
                .send(
                        Commands.OTHER_FILE_TRANSFER_RSP,
                        seq,
                        answerTo(request)
                                .setResultCode(FileServerError.FILE_SERVER_ERRNO_CREATE_TASK_ERROR_VALUE)
                                .setResultString(why)
                                .setTaskId("")
                                .build());
    }

    private static IMFileTransferRsp.Builder answerTo(IMFileTransferReq request) {
        IMFileTransferRsp.Builder answer = IMFileTransferRsp.newBuilder()
                .setFromUserId(request.getFromUserId())
                .setToUserId(request.getToUserId())
                .setFileName(request.getFileName())
                .setFileSize(request.getFileSize())
                .setTransMode(request.getTransMode());
        if (request.hasAttachData()) {
            answer.setAttachData(request.getAttachData());
        }
        return answer;
    }

    private static String refusalOf(IMFileTransferReq request) {
        if (request.getFromUserId() == request.getToUserId()) {
            return "a file to oneself";
        }
        if (request.getGroupId() != 0 && request.getTransMode() == TransferFileType.FILE_TYPE_ONLINE) {
            return "a file for a group can only be stored";
        }
        return request.getFileName().length() > MAX_NAME_LENGTH
                ? "a name of " + request.getFileName().length() + " characters"
                : null;
    }

    private FileTask taskOf(IMFileTransferReq request) {
        return new FileTask(
                TaskId.random(random),
                Integer.toUnsignedLong(request.getFromUserId()),
                Integer.toUnsignedLong(request.getToUserId()),
                request.getFileName(),
                LargeFiles.size(request.getFileSize(), request.hasFileSize64(), request.getFileSize64()),
                Integer.toUnsignedLong(request.getGroupId()));
    }

    private void onAddresses(MsgServerLink msgServer, IMFileServerIPReq request, int seq) {
        IMFileServerIPRsp.Builder answer = IMFileServerIPRsp.newBuilder()
                .setServerId(store.id().toString())
                .setTokenKey(ByteString.copyFrom(tokenKey.bytes()))
                .setCapabilities(
                        Capabilities.LARGE_FILES | Capabilities.ANNOUNCES_STORED_FILES | Capabilities.GROUP_FILES);
        InetSocketAddress reached = (InetSocketAddress) msgServer.connection().localAddress();
        for (HostAndPort address : advertised) {
            String host =
                    address.getHost().equals("0.0.0.0") || address.getHost().equals("::")
                            ? reached.getAddress().getHostAddress()
                            : address.getHost();
            answer.addIpAddrList(IpAddr.newBuilder().setIp(host).setPort(address.getPort()));
        }
        msgServer.connection().send(Commands.OTHER_FILE_SERVER_IP_RSP, seq, answer.build());
        if (Capabilities.has(request.getCapabilities(), Capabilities.RECORDS_STORED_FILES) && !msgServer.records()) {
            msgServer.records(true);
            outbox.joined(msgServer);
            if (draining) {
                sendElsewhere(msgServer);
            }
        }
    }
}
