package im.msg.upstream;

import com.google.common.net.HostAndPort;
import im.msg.domain.CreatedTask;
import im.msg.domain.FileRefused;
import im.msg.domain.FileRequest;
import im.msg.domain.ServerAddress;
import im.msg.domain.TaskId;
import im.msg.domain.TransferMode;
import im.msg.wire.FileMessages;
import im.netlib.Connection;
import im.netlib.LargeFiles;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Capabilities;
import im.proto.Commands;
import im.proto.base.IpAddr;
import im.proto.base.TransferFileType;
import im.proto.file.IMFileAddOfflineReq;
import im.proto.file.IMFileDelOfflineReq;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.server.IMFileServerIPReq;
import im.proto.server.IMFileServerIPRsp;
import im.proto.server.IMFileTransferReq;
import im.proto.server.IMFileTransferRsp;
import im.proto.server.IMStopReceivePacket;
import im.server.token.TokenKey;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file-server. Ready once it has said where clients reach it, and until it says that it is going to stop. Thread-safe. */
public final class FileServerLink extends ServerLink {
    private static final Logger log = LoggerFactory.getLogger(FileServerLink.class);

    /** What a server says that was not told under which address it is reached. */
    private static final Set<String> WILDCARDS = Set.of("", "0.0.0.0", "::");

    /**
     * What a file-server has said about itself.
     *
     * @param serverId stays the same when its addresses change
     * @param capabilities bits of {@link Capabilities}
     * @param tokenKey what to sign tokens for it with, if it knows tokens
     */
    record Identity(String serverId, List<ServerAddress> addresses, int capabilities, Optional<TokenKey> tokenKey) {
        /** Whether it has ever said anything. */
        boolean isKnown() {
            return !addresses.isEmpty();
        }

        boolean announces() {
            return Capabilities.has(capabilities, Capabilities.ANNOUNCES_STORED_FILES);
        }

        boolean takesFilesForGroups() {
            return Capabilities.has(capabilities, Capabilities.GROUP_FILES);
        }

        boolean takesLargeFiles() {
            return Capabilities.has(capabilities, Capabilities.LARGE_FILES);
        }
    }

    private record LinkSession(Connection connection, Runnable ready) implements Session {}

    private final HostAndPort address;
    private final Router<LinkSession> router;
    private volatile Identity identity = new Identity("", List.of(), 0, Optional.empty());
    private volatile boolean draining;
    private StoreCommands storeCommands;

    public FileServerLink(HostAndPort address, EventLoop loop, LinkSettings settings) {
        super("file-server link", address, loop, settings);
        this.address = address;
        this.router = Router.<LinkSession>forRole("file-server")
                .on(Commands.OTHER_FILE_SERVER_IP_RSP, this::onAddresses)
                .on(Commands.OTHER_FILE_TRANSFER_RSP, this::onTask)
                .on(Commands.OTHER_STOP_RECV_PACKET, this::onStop)
                .on(Commands.FILE_ADD_OFFLINE_REQ, this::onStored)
                .on(Commands.FILE_DEL_OFFLINE_REQ, this::onExpired)
                .on(Commands.FILE_HAS_OFFLINE_REQ, this::onAsked)
                .build();
    }

    /** @param storeCommands for what the server says and asks of its own accord */
    public void start(StoreCommands storeCommands) {
        this.storeCommands = storeCommands;
        start();
    }

    @Override
    void begin(Connection connection, Runnable ready) {
        draining = false;
        become(connection, router, new LinkSession(connection, ready));
        connection.send(
                Commands.OTHER_FILE_SERVER_IP_REQ,
                IMFileServerIPReq.newBuilder()
                        .setCapabilities(Capabilities.RECORDS_STORED_FILES)
                        .build());
    }

    private void onAddresses(LinkSession session, IMFileServerIPRsp answer, int seq) {
        if (answer.getIpAddrListCount() == 0) {
            session.connection().abort("has no address for clients");
            return;
        }
        List<ServerAddress> addresses = answer.getIpAddrListList().stream()
                .map(advertised -> reachable(advertised, session.connection()))
                .toList();
        String serverId = answer.hasServerId() ? answer.getServerId() : address.toString();
        identity = new Identity(
                serverId,
                addresses,
                answer.getCapabilities(),
                TokenKey.of(answer.getTokenKey().toByteArray()));
        log.info("file-server {} at {}: clients reach it at {}", serverId, address, addresses);
        // It may say so again.
        if (ready().isEmpty()) {
            session.ready().run();
        }
    }

    private void onStop(LinkSession session, IMStopReceivePacket message, int seq) {
        log.info("{}: takes no more tasks", this);
        draining = true;
    }

    private void onTask(LinkSession session, IMFileTransferRsp answer, int seq) {
        complete(answer.getAttachData(), answer);
    }

    private void onStored(LinkSession session, IMFileAddOfflineReq request, int seq) {
        storeCommands.onStored(session.connection(), identity.serverId(), request, seq);
    }

    private void onExpired(LinkSession session, IMFileDelOfflineReq request, int seq) {
        storeCommands.onExpired(session.connection(), request, seq);
    }

    private void onAsked(LinkSession session, IMFileHasOfflineReq request, int seq) {
        storeCommands.onAsked(session.connection(), request, seq);
    }

    /** Without a better word from the server, clients go where this link goes. */
    private static ServerAddress reachable(IpAddr advertised, Connection connection) {
        String ip = WILDCARDS.contains(advertised.getIp())
                ? ((InetSocketAddress) connection.remoteAddress()).getAddress().getHostAddress()
                : advertised.getIp();
        return new ServerAddress(ip, advertised.getPort());
    }

    @Override
    public boolean isReady() {
        return super.isReady() && !draining;
    }

    /** What the server said last, even if it is away now; without addresses when it was never reached. */
    Identity identity() {
        return identity;
    }

    /** Fails with {@link FileRefused}, {@link im.netlib.LinkLostException} or a timeout. */
    CompletableFuture<CreatedTask> createTask(FileRequest request) {
        IMFileTransferReq.Builder message = IMFileTransferReq.newBuilder()
                .setFromUserId(request.from().value())
                .setToUserId(request.to().value())
                .setFileName(request.baseName())
                .setTransMode(
                        request.mode() == TransferMode.ONLINE
                                ? TransferFileType.FILE_TYPE_ONLINE
                                : TransferFileType.FILE_TYPE_OFFLINE);
        LargeFiles.putSize(request.size(), message::setFileSize, message::setFileSize64);
        request.sha256().map(FileMessages::bytes).ifPresent(message::setSha256);
        request.group().ifPresent(message::setGroupId);
        return call(
                        IMFileTransferRsp.class,
                        (connection, token) -> connection.send(
                                Commands.OTHER_FILE_TRANSFER_REQ,
                                message.setAttachData(token).build()))
                .thenCompose(this::created);
    }

    private CompletableFuture<CreatedTask> created(IMFileTransferRsp answer) {
        if (answer.getResultCode() != 0) {
            return CompletableFuture.failedFuture(new FileRefused(
                    answer.hasResultString() ? answer.getResultString() : "the file-server refuses it"));
        }
        Identity holder = identity;
        return CompletableFuture.completedFuture(new CreatedTask(
                new TaskId(answer.getTaskId()),
                holder.serverId(),
                holder.addresses(),
                FileMessages.expiry(answer.hasExpiresAt(), answer.getExpiresAt())));
    }
}
